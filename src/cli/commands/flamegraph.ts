// `holter flamegraph A [B]`: draws a stored profile, or the difference of two.
import { readFileSync, writeFileSync } from 'node:fs';
import { encodeFlameHtml, encodeFlameSvg } from '../../formats/flamegraph-svg/encode.ts';
import { layOutDifference } from '../../profile/difference.ts';
import { layOutFlame } from '../../profile/flame-layout.ts';
import type { Profile } from '../../profile/profile.ts';
import { profileOfView, unfoldViews, type ViewName } from '../../profile/views.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { CommandFailure, readArguments, WrongUse } from '../command.ts';
import { readProfile } from '../output/read-profile.ts';
import { titleOf } from '../output/profile-formats.ts';

export const HELP = `usage: holter flamegraph PROFILE [-o FILE]
       holter flamegraph BEFORE AFTER [-o FILE]

Draws a profile that was stored as folded stacks, speedscope or holter JSON. With two profiles it draws what changed:
red grew, blue shrank; stacks that vanished are shown too.

  -o, --output FILE   .svg or .html (default flamegraph.svg)
      --by VIEW       only wall, cpu, gil or waiting (by what is waited for), of a profile that holter record stored as JSON
      --trace ID      only the samples of one trace, likewise

Exit codes: 0 done, 2 wrong use, 3 a file cannot be read or written.`;

/** Runs the command; resolves to the exit code. */
export function run(args: readonly string[]): Promise<number> {
  return Promise.resolve(draw(args));
}

const VIEWS: readonly ViewName[] = ['wall', 'cpu', 'gil', 'waiting'];

/** Only the samples that were asked for; the error says what the profile lacks. */
function narrow(profile: Profile, by: ViewName | undefined, trace: string | undefined): Result<Profile, string> {
  if (by === undefined && trace === undefined) return ok(profile);
  if (profile.states === undefined) {
    return err('its samples carry neither states nor traces; holter record -f json stores them');
  }
  const view = by ?? profile.meta.mode;
  const narrowed = profileOfView(profile, view, trace?.toLowerCase());
  if (narrowed === undefined) {
    return err(`it was recorded as "${profile.meta.mode}" and has no view "${view}"; holter record --idle has all`);
  }
  if (narrowed.meta.samples === 0) return err('it has no such samples');
  return ok(narrowed);
}

function draw(args: readonly string[]): number {
  const { values, positionals } = readArguments({
    args: [...args],
    allowPositionals: true,
    options: {
      output: { type: 'string', short: 'o' },
      by: { type: 'string' },
      trace: { type: 'string' },
    },
  });
  if (positionals.length < 1 || positionals.length > 2)
    throw new WrongUse(`expected one or two profiles, got ${positionals.length}`);
  const profiles: Profile[] = [];
  for (const file of positionals) {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(file);
    } catch (error) {
      throw new CommandFailure(`cannot read ${file}: ${(error as Error).message}`, 3);
    }
    const profile = readProfile(bytes, file);
    if (!profile.ok) {
      throw new CommandFailure(`${file}: ${profile.error}`, 3);
    }
    profiles.push(profile.value);
  }
  const by = VIEWS.find((view) => view === values.by);
  if (values.by !== undefined && by === undefined) {
    throw new WrongUse(`expected --by ${VIEWS.join(', ')}, got "${values.by}"`);
  }
  for (const [index, profile] of profiles.entries()) {
    const narrowed = narrow(profile, by, values.trace);
    if (!narrowed.ok) {
      throw new CommandFailure(`${positionals[index]}: ${narrowed.error}`, 3);
    }
    profiles[index] = narrowed.value;
  }
  const output = values.output ?? 'flamegraph.svg';
  const [first, second] = profiles as [Profile, Profile | undefined];
  const isDifference = second !== undefined;
  const unfolded = unfoldViews(first);
  const layout = isDifference ? layOutDifference(first, second) : layOutFlame(unfolded.profile, unfolded.views);
  const title = isDifference ? `difference: ${positionals[0]} → ${positionals[1]}` : titleOf(first);
  const options = { title, unit: 'samples' };
  try {
    writeFileSync(
      output,
      output.endsWith('.html') ? encodeFlameHtml(layout, options) : encodeFlameSvg(layout, options),
    );
  } catch (error) {
    throw new CommandFailure(`cannot write ${output}: ${(error as Error).message}`, 3);
  }
  console.error(`wrote ${output}`);
  return 0;
}
