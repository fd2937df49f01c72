// speedscope's file format, https://www.speedscope.app/file-format-schema.json: shared frames, and a sampled profile
// whose samples are stacks of frame numbers, root first.
import { err, ok, type Result } from '../../base/result.ts';
import { ProfileBuilder } from '../../profile/profile-builder.ts';
import { emptyMeta, stackOf, type Profile } from '../../profile/profile.ts';
import { unfoldViews } from '../../profile/views.ts';

const EXPORTER = 'holter';
const SCHEMA = 'https://www.speedscope.app/file-format-schema.json';

function sampledProfile(profile: Profile, selfs: Float64Array, name: string) {
  const samples: number[][] = [];
  const weights: number[] = [];
  for (const [node, weight] of selfs.entries()) {
    if (node === 0 || weight === 0) continue;
    samples.push(stackOf(profile, node));
    weights.push(weight);
  }
  const endValue = weights.reduce((sum, weight) => sum + weight, 0);
  return { type: 'sampled', name, unit: 'none', startValue: 0, endValue, samples, weights };
}

/** One sampled profile for each view of the samples; equal stacks are one sample with the weight of all of them. */
export function encodeSpeedscope(recorded: Profile): string {
  const { profile, views } = unfoldViews(recorded);
  const { title } = profile.meta;
  const frames = profile.frames.map(({ name, file, line }) => ({
    name,
    ...(file === '' ? {} : { file }),
    ...(line > 0 ? { line } : {}),
  }));
  const profiles =
    views.length === 0
      ? [sampledProfile(profile, profile.selfs, title)]
      : views.map((view) => sampledProfile(profile, view.selfs, `${view.name}: ${title}`));
  return JSON.stringify({ $schema: SCHEMA, shared: { frames }, profiles, name: title, exporter: EXPORTER });
}

interface SpeedscopeFile {
  readonly exporter?: string;
  readonly name?: string;
  readonly shared?: {
    readonly frames?: readonly { readonly name: string; readonly file?: string; readonly line?: number }[];
  };
  readonly profiles?: readonly {
    readonly type: string;
    readonly samples?: readonly (readonly number[])[];
    readonly weights?: readonly number[];
  }[];
}

/** Reads the sampled profiles of a file, added up; of our own files the first, which is the widest view. Evented ones are refused. */
export function decodeSpeedscope(text: string): Result<Profile, string> {
  let file: SpeedscopeFile;
  try {
    file = JSON.parse(text) as SpeedscopeFile;
  } catch (error) {
    return err(`expected JSON, got ${(error as Error).message}`);
  }
  const builder = new ProfileBuilder();
  if (file.shared?.frames === undefined || file.profiles === undefined) {
    return err('expected a speedscope file with "shared.frames" and "profiles"');
  }
  const frames = file.shared.frames.map(({ name, file: path = '', line = 0 }) =>
    builder.frame({ name, file: path, line }),
  );
  let samples = 0;
  const profiles = file.exporter === EXPORTER ? file.profiles.slice(0, 1) : file.profiles;
  for (const [index, profile] of profiles.entries()) {
    if (profile.type !== 'sampled') return err(`profile ${index}: expected type "sampled", got "${profile.type}"`);
    for (const [at, stack] of (profile.samples ?? []).entries()) {
      const weight = profile.weights?.[at] ?? 1;
      const numbers = stack.map((frame) => frames[frame]);
      if (numbers.some((frame) => frame === undefined))
        return err(`profile ${index}, sample ${at}: a frame number is out of range`);
      builder.addStack(
        numbers.filter((frame) => frame !== undefined),
        weight,
      );
      samples += weight;
    }
  }
  return ok(builder.build({ ...emptyMeta, title: file.name ?? '', samples }));
}
