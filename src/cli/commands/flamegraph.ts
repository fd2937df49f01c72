// `holter flamegraph A [B]`: draws a stored profile, or the difference of two.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { encodeFlameHtml, encodeFlameSvg } from '../../formats/flamegraph-svg/encode.ts';
import { layOutDifference } from '../../profile/difference.ts';
import { layOutFlame } from '../../profile/flame-layout.ts';
import type { Profile } from '../../profile/profile.ts';
import { readProfile } from '../output/read-profile.ts';
import { titleOf } from '../output/profile-formats.ts';

const HELP = `usage: holter flamegraph PROFILE [-o FILE]
       holter flamegraph BEFORE AFTER [-o FILE]

Draws a profile that was stored as folded stacks, speedscope or holter JSON. With two profiles it draws what changed:
red grew, blue shrank; stacks that vanished are shown too.

  -o, --output FILE   .svg or .html (default flamegraph.svg)

Exit codes: 0 done, 2 wrong use, 3 a file cannot be read or written.`;

function wrongUse(message: string): number {
  console.error(`holter flamegraph: ${message}\n\nholter flamegraph --help says more.`);
  return 2;
}

/** Runs the command; resolves to the exit code. */
export function run(args: readonly string[]): Promise<number> {
  return Promise.resolve(draw(args));
}

function draw(args: readonly string[]): number {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { output: { type: 'string', short: 'o' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    return wrongUse((error as Error).message);
  }
  const { values, positionals } = parsed;
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  if (positionals.length < 1 || positionals.length > 2)
    return wrongUse(`expected one or two profiles, got ${positionals.length}`);
  const profiles: Profile[] = [];
  for (const file of positionals) {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(file);
    } catch (error) {
      console.error(`holter flamegraph: cannot read ${file}: ${(error as Error).message}`);
      return 3;
    }
    const profile = readProfile(bytes, file);
    if (!profile.ok) {
      console.error(`holter flamegraph: ${file}: ${profile.error}`);
      return 3;
    }
    profiles.push(profile.value);
  }
  const output = values.output ?? 'flamegraph.svg';
  const [first, second] = profiles as [Profile, Profile | undefined];
  const isDifference = second !== undefined;
  const layout = isDifference ? layOutDifference(first, second) : layOutFlame(first);
  const title = isDifference ? `difference: ${positionals[0]} → ${positionals[1]}` : titleOf(first);
  const options = { title, unit: 'samples' };
  try {
    writeFileSync(
      output,
      output.endsWith('.html') ? encodeFlameHtml(layout, options) : encodeFlameSvg(layout, options),
    );
  } catch (error) {
    console.error(`holter flamegraph: cannot write ${output}: ${(error as Error).message}`);
    return 3;
  }
  console.error(`wrote ${output}`);
  return 0;
}
