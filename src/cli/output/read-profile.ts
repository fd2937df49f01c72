// Reads a stored profile, whichever of the formats it is in; told apart by content.
import { gunzipSync } from 'node:zlib';
import { err, ok, type Result } from '../../base/result.ts';
import { decodeFolded } from '../../formats/folded/folded.ts';
import { decodeSpeedscope } from '../../formats/speedscope/speedscope.ts';
import type { Profile, ProfileFrame, ProfileMeta, SampleState } from '../../profile/profile.ts';

interface StoredProfile {
  readonly format: string;
  readonly version: number;
  readonly meta: ProfileMeta;
  readonly frames: ProfileFrame[];
  readonly parents: number[];
  readonly nodeFrames: number[];
  readonly selfs: number[];
  readonly states?: {
    readonly table: SampleState[];
    readonly nodes: number[];
    readonly states: number[];
    readonly weights: number[];
  };
}

function decodeJson(text: string): Result<Profile, string> {
  let stored: StoredProfile;
  try {
    stored = JSON.parse(text) as StoredProfile;
  } catch (error) {
    return err(`expected a JSON profile, got ${(error as Error).message}`);
  }
  if (stored.format !== 'holter-profile') return decodeSpeedscope(text);
  if (stored.version !== 1) return err(`expected version 1 of holter's profile, got ${stored.version}`);
  const { meta, frames, parents, nodeFrames, selfs } = stored;
  // A parent has a smaller number than its child, or sums would run in circles.
  const isTree = parents.every((parent, node) => (node === 0 ? parent === -1 : parent >= 0 && parent < node));
  const inRange = nodeFrames.every((frame, node) => node === 0 || (frame >= 0 && frame < frames.length));
  if (!isTree || !inRange || selfs.length !== parents.length || !fits(stored))
    return err('the columns of the profile do not fit together');
  const { states } = stored;
  return ok({
    meta,
    frames,
    parents: Int32Array.from(parents),
    nodeFrames: Int32Array.from(nodeFrames),
    selfs: Float64Array.from(selfs),
    ...(states === undefined
      ? {}
      : {
          states: {
            table: states.table,
            nodes: Int32Array.from(states.nodes),
            states: Int32Array.from(states.states),
            weights: Float64Array.from(states.weights),
          },
        }),
  });
}

function fits({ states, selfs }: StoredProfile): boolean {
  if (states === undefined) return true;
  const { table, nodes, weights } = states;
  if (nodes.length !== states.states.length || nodes.length !== weights.length) return false;
  return (
    nodes.every((node) => node >= 0 && node < selfs.length) &&
    states.states.every((state) => state >= 0 && state < table.length)
  );
}

/** The profile in `bytes`; the error says what was expected. */
export function readProfile(bytes: Uint8Array, fileName: string): Result<Profile, string> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = Buffer.from(isGzip ? gunzipSync(bytes) : bytes).toString('utf8');
  if (isGzip && /\.(pb\.gz|pprof)$/.test(fileName))
    return err('pprof files are written, not read; use folded or speedscope');
  return text.trimStart().startsWith('{') ? decodeJson(text) : decodeFolded(text);
}
