import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KahanSum } from '../kahan.ts';
import { sumAggregation } from './sum.ts';

const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(Number.MAX_VALUE, -Number.MAX_VALUE, 1.7e308, -1.7e308, 5e-324, -5e-324, -0, 1e100, -1e100, 1),
);

test('sums of groups are the compensated ones, to the last bit', () => {
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 20 }), (values) => {
      const expected = new KahanSum();
      const accumulator = sumAggregation.start(2, 1);
      for (const value of values) {
        expected.add(value);
        accumulator.addRow(Float64Array.of(NaN, value), Uint8Array.of(0, 1), 1, 1);
      }
      expect(Object.is(accumulator.finish(undefined)[1], expected.sum + expected.compensation)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
