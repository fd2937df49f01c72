import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SeriesMarks } from './series-marks.ts';

test('says of each series and day once that it is new, as a set would, also when it was emptied', () => {
  // Few values, so that they meet again.
  const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0x7fff_ffff, -0x8000_0000));
  const rounds = fc.array(fc.array(fc.tuple(number, number, number), { maxLength: 300 }), { maxLength: 4 });
  fc.assert(
    fc.property(rounds, (all) => {
      const marks = new SeriesMarks();
      for (const round of all) {
        const known = new Set<string>();
        for (const one of round) {
          expect(marks.add(...one)).toBe(!known.has(one.join()));
          known.add(one.join());
        }
        marks.clear();
      }
    }),
  );
});

test('grows, and is as good after it was made small again', () => {
  const marks = new SeriesMarks();
  const count = (series: number): number => {
    let added = 0;
    for (let round = 0; round < 2; round++)
      for (let one = 0; one < series; one++) if (marks.add(Math.imul(one, 0x9e3779b1), one, 20_000)) added++;
    return added;
  };
  for (const series of [10_000, 1, 10_000]) {
    expect(count(series)).toBe(series);
    marks.clear();
  }
});
