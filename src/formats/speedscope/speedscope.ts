// speedscope's file format, https://www.speedscope.app/file-format-schema.json: shared frames, and a sampled profile
// whose samples are stacks of frame numbers, root first.
import { err, ok, type Result } from '../../base/result.ts';
import { ProfileBuilder } from '../../profile/profile-builder.ts';
import { emptyMeta, stackOf, type Profile } from '../../profile/profile.ts';

const SCHEMA = 'https://www.speedscope.app/file-format-schema.json';

/** One sampled profile; equal stacks are one sample with the weight of all of them. */
export function encodeSpeedscope(profile: Profile): string {
  const samples: number[][] = [];
  const weights: number[] = [];
  for (let node = 1; node < profile.selfs.length; node++) {
    const weight = profile.selfs[node] as number;
    if (weight === 0) continue;
    samples.push(stackOf(profile, node));
    weights.push(weight);
  }
  const endValue = weights.reduce((sum, weight) => sum + weight, 0);
  const frames = profile.frames.map(({ name, file, line }) => ({
    name,
    ...(file === '' ? {} : { file }),
    ...(line > 0 ? { line } : {}),
  }));
  const sampled = {
    type: 'sampled',
    name: profile.meta.title,
    unit: 'none',
    startValue: 0,
    endValue,
    samples,
    weights,
  };
  const file = {
    $schema: SCHEMA,
    shared: { frames },
    profiles: [sampled],
    name: profile.meta.title,
    exporter: 'holter',
  };
  return JSON.stringify(file);
}

interface SpeedscopeFile {
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

/** Reads the sampled profiles of a file, added up. Evented ones are refused. */
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
  for (const [index, profile] of file.profiles.entries()) {
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
