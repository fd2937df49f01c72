import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProfileBuilder } from '../../profile/profile-builder.ts';
import { computeTotals, emptyMeta, type Profile } from '../../profile/profile.ts';
import { decodeSpeedscope, encodeSpeedscope } from '../speedscope/speedscope.ts';
import { decodeFolded, encodeFolded } from './folded.ts';

const frames = fc.record({
  name: fc.constantFrom('main', '<module>', 'f (g)', '名前', 'a b 12', 'Class.method', '<listcomp>'),
  file: fc.constantFrom('', 'app.py', 'dir with space/x.py', '文件.py'),
  line: fc.nat(2000),
});
const stacks = fc.array(fc.tuple(fc.array(frames, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 9 })), {
  maxLength: 30,
});

function build(
  samples: readonly (readonly [readonly { name: string; file: string; line: number }[], number])[],
): Profile {
  const builder = new ProfileBuilder();
  // A frame without file has no line in folded text.
  for (const [stack, weight] of samples) {
    builder.addStack(
      stack.map((frame) => builder.frame(frame.file === '' ? { ...frame, line: 0 } : frame)),
      weight,
    );
  }
  return builder.build(emptyMeta);
}

const sortedLines = (profile: Profile): string[] => encodeFolded(profile).split('\n').toSorted();

test('what is written is read back the same, folded and as speedscope', () => {
  fc.assert(
    fc.property(stacks, (samples) => {
      const profile = build(samples);
      const weight = samples.reduce((sum, [, count]) => sum + count, 0);
      expect(computeTotals(profile)[0]).toBe(weight);
      const folded = decodeFolded(encodeFolded(profile));
      const speedscope = decodeSpeedscope(encodeSpeedscope(profile));
      if (!folded.ok || !speedscope.ok) throw new Error('not read back');
      expect(sortedLines(folded.value)).toEqual(sortedLines(profile));
      expect(sortedLines(speedscope.value)).toEqual(sortedLines(profile));
    }),
  );
});

test('refuses what is no profile, and says where', () => {
  expect(decodeFolded('a;b 1\nno count here')).toEqual({
    ok: false,
    error: 'line 2: expected a count after the stack, got "no count here"',
  });
  expect(decodeSpeedscope('{"profiles": 1')).toMatchObject({ ok: false });
  expect(
    decodeSpeedscope('{"shared": {"frames": []}, "profiles": [{"type": "sampled", "samples": [[3]], "weights": [1]}]}'),
  ).toEqual({
    ok: false,
    error: 'profile 0, sample 0: a frame number is out of range',
  });
});

test('names that would break the format are cleaned', () => {
  const builder = new ProfileBuilder();
  builder.addStack([builder.frame({ name: 'a;b\nc', file: '', line: 0 })], 2);
  expect(encodeFolded(builder.build(emptyMeta))).toBe('a:b c 2\n');
});
