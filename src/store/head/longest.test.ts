import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Longest } from './longest.ts';

test('the largest are kept, as if all had been sorted', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 5000, size: 'max' }),
      fc.integer({ min: 1, max: 30 }),
      (counts, most) => {
        const longest = new Longest(most);
        counts.forEach((count, id) => {
          longest.add(id, count);
        });
        const all = counts.map((value, id) => ({ name: String(id), value }));
        expect(longest.take(String)).toEqual(all.toSorted((left, right) => right.value - left.value).slice(0, most));
      },
    ),
    { numRuns: 40 },
  );
});
