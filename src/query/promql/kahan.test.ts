import fc from 'fast-check';
import { expect, test } from 'vitest';
import { computeKahanMean, KahanSum } from './kahan.ts';

test('keeps the small terms of a sum', () => {
  const sum = new KahanSum();
  for (const value of [1, 1e100, 1, -1e100]) sum.add(value);
  expect(sum.sum + sum.compensation).toBe(2);
});

test('a mean does not overflow', () => {
  const mean = (...values: number[]): number => computeKahanMean(Float64Array.from(values), 0, values.length);
  expect(mean(1.5e308, 1.5e308, 1.5e308)).toBeCloseTo(1.5e308, -295);
  expect(mean(Infinity, 1)).toBe(Infinity);
  expect(mean(Infinity, -Infinity)).toBeNaN();
  expect(mean(5)).toBe(5);
});

test('the mean of whole numbers is exact', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1 }), (values) => {
      const total = values.reduce((sum, value) => sum + value, 0);
      expect(computeKahanMean(Float64Array.from(values), 0, values.length)).toBeCloseTo(total / values.length, 9);
    }),
  );
});
