// The files that a recording can become. A new format is one entry.
import { gzipSync } from 'node:zlib';
import { encodeFlameHtml, encodeFlameSvg } from '../../formats/flamegraph-svg/encode.ts';
import { encodeFolded } from '../../formats/folded/folded.ts';
import { encodePprof } from '../../formats/pprof/encode.ts';
import { encodeSpeedscope } from '../../formats/speedscope/speedscope.ts';
import { layOutFlame } from '../../profile/flame-layout.ts';
import type { Profile } from '../../profile/profile.ts';
import { unfoldViews } from '../../profile/views.ts';

export interface ProfileFormat {
  readonly name: string;
  /** Ends of file names that choose it when --format is not given. */
  readonly endings: readonly string[];
  readonly encode: (profile: Profile, fileName: string) => string | Uint8Array;
}

/** Title of a recording: what, how long, how many samples. */
export function titleOf({ meta }: Profile): string {
  const seconds = meta.durationSeconds > 0 ? `${meta.durationSeconds.toFixed(1)} s, ` : '';
  return `${meta.title === '' ? 'profile' : meta.title} – ${seconds}${meta.samples} samples (${meta.mode})`;
}

function encodeFlame(recorded: Profile, fileName: string): string {
  const { profile, views } = unfoldViews(recorded);
  const layout = layOutFlame(profile, views);
  const options = { title: titleOf(profile), unit: 'samples' };
  return fileName.endsWith('.html') ? encodeFlameHtml(layout, options) : encodeFlameSvg(layout, options);
}

function encodeJson(profile: Profile): string {
  const { meta, frames, parents, nodeFrames, selfs, states } = profile;
  const columns = { parents: [...parents], nodeFrames: [...nodeFrames], selfs: [...selfs] };
  const told =
    states === undefined
      ? {}
      : {
          states: {
            table: states.table,
            nodes: [...states.nodes],
            states: [...states.states],
            weights: [...states.weights],
          },
        };
  return JSON.stringify({ format: 'holter-profile', version: 1, meta, frames, ...columns, ...told });
}

export const profileFormats: readonly ProfileFormat[] = [
  { name: 'flamegraph', endings: ['.svg', '.html'], encode: encodeFlame },
  { name: 'folded', endings: ['.folded', '.txt', '.collapsed'], encode: encodeFolded },
  { name: 'speedscope', endings: ['.speedscope.json', '.speedscope'], encode: encodeSpeedscope },
  { name: 'pprof', endings: ['.pb.gz', '.pprof'], encode: (profile) => gzipSync(encodePprof(profile)) },
  { name: 'json', endings: ['.json'], encode: encodeJson },
];

/** The format by name (`raw` is py-spy's word for folded), else by the end of the file name. */
export function chooseFormat(name: string | undefined, fileName: string): ProfileFormat | undefined {
  if (name !== undefined) {
    const wanted = name === 'raw' ? 'folded' : name;
    return profileFormats.find((format) => format.name === wanted);
  }
  return profileFormats.find((format) => format.endings.some((ending) => fileName.endsWith(ending)));
}
