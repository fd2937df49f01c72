// Folded stacks, the format of stackcollapse: one stack a line, frames from the root on joined by semicolons, a space,
// and the count.
import { err, ok, type Result } from '../../base/result.ts';
import { ProfileBuilder } from '../../profile/profile-builder.ts';
import { emptyMeta, frameLabel, stackOf, type Profile, type ProfileFrame } from '../../profile/profile.ts';

const LABEL = /^(.*) \((.+?)(?::(\d+))?\)$/s;

/** `name (file:line)` taken apart; any other text is a name. */
export function parseFrameLabel(label: string): ProfileFrame {
  const match = LABEL.exec(label);
  if (match === null) return { name: label, file: '', line: 0 };
  return { name: match[1] ?? '', file: match[2] ?? '', line: Number(match[3] ?? 0) };
}

// A semicolon or line break inside a name would split it.
const clean = (label: string): string => label.replaceAll(';', ':').replaceAll(/[\r\n]+/g, ' ');

/** One line for each stack that has samples of its own. */
export function encodeFolded(profile: Profile): string {
  const labels = profile.frames.map((frame) => clean(frameLabel(frame)));
  const lines: string[] = [];
  for (let node = 1; node < profile.selfs.length; node++) {
    const count = profile.selfs[node] as number;
    if (count > 0)
      lines.push(
        `${stackOf(profile, node)
          .map((frame) => labels[frame])
          .join(';')} ${count}\n`,
      );
  }
  return lines.join('');
}

/** Reads folded stacks; the error names the line. */
export function decodeFolded(text: string): Result<Profile, string> {
  const builder = new ProfileBuilder();
  let samples = 0;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\r$/, '');
    if (line === '' || line.startsWith('#')) continue;
    const space = line.lastIndexOf(' ');
    const count = Number(line.slice(space + 1));
    if (space <= 0 || !(count >= 0))
      return err(`line ${index + 1}: expected a count after the stack, got "${line.slice(-40)}"`);
    const frames = line
      .slice(0, space)
      .split(';')
      .map((label) => builder.frame(parseFrameLabel(label)));
    builder.addStack(frames, count);
    samples += count;
  }
  return ok(builder.build({ ...emptyMeta, samples }));
}
