import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasSeries, SeriesDays } from './series-days.ts';

const rows = fc.array(fc.tuple(fc.nat(300), fc.integer({ min: 20_000, max: 20_012 })), {
  minLength: 1,
  maxLength: 200,
});

test('a series is found on exactly the days that were noted', () => {
  fc.assert(
    fc.property(
      rows,
      fc.integer({ min: 19_998, max: 20_014 }),
      fc.integer({ min: -1, max: 14 }),
      (noted, from, length) => {
        const days = new SeriesDays();
        for (const [series, day] of noted) days.note(series, day);
        const found = days.between(from, from + length);
        const expected = new Set(
          noted.filter(([, day]) => day >= from && day <= from + length).map(([series]) => series),
        );
        for (const [series] of noted)
          expect(found === undefined || hasSeries(found, series), String(series)).toBe(expected.has(series));
      },
    ),
  );
});

test('with too many days the first are forgotten, and it is said which', () => {
  const days = new SeriesDays();
  for (let day = 100; day < 164; day++) days.note(day, day);
  expect(days.forgottenDay).toBe(-Infinity);
  for (let day = 164; day < 170; day++) days.note(day, day);
  expect([days.forgottenDay, days.span]).toEqual([105, [106, 169]]);
  // A series whose only day was forgotten is on none of the others.
  expect(hasSeries(days.between(106, 169)!, 105)).toBe(false);
  days.note(1, 105);
  expect(days.span).toEqual([106, 169]);
  expect(hasSeries(days.between(150, 151)!, 150)).toBe(true);
  expect(hasSeries(days.between(150, 151)!, 149)).toBe(false);
  expect(days.bytes).toBeLessThan(64 * 4 * 12);
});
