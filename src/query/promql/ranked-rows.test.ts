import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RankedRows } from './ranked-rows.ts';

const value = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constantFrom(NaN, Infinity, -Infinity, 0.5));

test('each place keeps its best rows, however many it is asked for, and says what another has to exceed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0, 0.9, 1, 2.7, 16, 17, 60, 1e18), { minLength: 1, maxLength: 5 }),
      fc.array(value, { maxLength: 90 }),
      fc.boolean(),
      (counts, values, largest) => {
        const sign = largest ? 1 : -1;
        const rankings = new RankedRows(counts, largest);
        counts.forEach((_, place) => values.forEach((one, row) => rankings.add(place, row, one)));
        const worth = (one: number): number => (Number.isNaN(one) ? -Infinity : sign * one);
        const order = (left: number, right: number): number =>
          Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || worth(right) - worth(left) || 0;
        counts.forEach((count, place) => {
          const best = values.toSorted(order).slice(0, Math.trunc(count));
          expect(rankings.ranked(place).map((row) => values[row])).toEqual(best);
          const rows = rankings.rowsOf(place);
          expect(new Set(rows).size).toBe(best.length);
          rows.forEach((row, i) => expect(rankings.valueAt(place, i)).toEqual(values[row]));
          const isFull = best.length === Math.trunc(count);
          const threshold = count < 1 ? Infinity : isFull ? sign * best.at(-1)! : NaN;
          expect(rankings.thresholds[place]).toEqual(threshold);
        });
      },
    ),
    { numRuns: 300 },
  );
});

test('rows that only fill a place stay in their order', () => {
  const rankings = new RankedRows([0, 3, 20], true);
  for (let row = 0; row < 50; row++) for (let place = 0; place < 3; place++) rankings.fill(place, row);
  expect([0, 1, 2].map((place) => rankings.rowsOf(place))).toEqual([
    [],
    [0, 1, 2],
    Array.from({ length: 20 }, (_, i) => i),
  ]);
});
