import { expect, test } from 'vitest';
import { computeRate, sumOnGrid, typicalGap } from './counter-rate.ts';

test('a counter that starts again is not a fall', () => {
  const samples = { times: [0, 1000, 2000, 3000, 4000], values: [10, 15, 3, 3, 8] };
  expect(computeRate(samples, 5000)).toEqual({ times: [1000, 2000, 3000, 4000], values: [5, 3, 0, 5] });
});

test('nothing is known across a hole, a stale mark or what is no number', () => {
  const samples = {
    times: [0, 1000, 9000, 10000, 11000, 12000, 13000],
    values: [0, 1, 100, 101, null, 200, 'NaN' as const],
  };
  expect(computeRate(samples, 5000)).toEqual({ times: [1000, 10000], values: [1, 1] });
});

test('the usual distance is not moved by one hole', () => {
  expect(typicalGap([0, 10, 20, 500, 510])).toBe(10);
  expect(typicalGap([5])).toBe(0);
});

test('series are added step by step, each by its mean', () => {
  const grid = [0, 10, 20];
  const series = [
    { times: [1, 2, 11], values: [2, 4, 10] },
    { times: [3, 25], values: [1, 7] },
  ];
  expect(sumOnGrid(series, grid, 10, 'sum')).toEqual([4, 10, 7]);
  expect(sumOnGrid(series, grid, 10, 'mean')).toEqual([2, 10, 7]);
  expect(sumOnGrid([], grid, 10, 'sum')).toEqual([null, null, null]);
});
