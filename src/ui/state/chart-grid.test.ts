import { expect, test } from 'vitest';
import { alignSeries, fillGaps, stackValues } from './chart-grid.ts';

test('series of two steps share an axis: a gap is null, a place of the other grid is nothing', () => {
  const fine = { times: [0, 20, 30], values: [1, 3, Number.NaN], grid: { start: 0, end: 30, step: 10 } };
  const coarse = { times: [0, 20], values: [5, 6], grid: { start: 0, end: 40, step: 20 } };
  expect(alignSeries([fine, coarse])).toEqual({
    times: [0, 10, 20, 30, 40],
    columns: [
      [1, null, 3, null, undefined],
      [5, undefined, 6, undefined, null],
    ],
  });
});

test('lines stand on top of each other, negative ones below', () => {
  expect(
    stackValues(
      [
        [1, null, 2],
        [3, 4, -2],
        [1, 1, 1],
      ],
      'normal',
    ),
  ).toEqual([
    [1, null, 2],
    [4, 4, -2],
    [5, 5, 3],
  ]);
  expect(
    stackValues(
      [
        [1, 0],
        [3, 0],
      ],
      'percent',
    ),
  ).toEqual([
    [25, 0],
    [100, 0],
  ]);
});

test('gaps stay, are bridged, or are zero', () => {
  expect(fillGaps([1, null, undefined], 'null')).toEqual([1, null, undefined]);
  expect(fillGaps([1, null, undefined], 'zero')).toEqual([1, 0, undefined]);
  expect(fillGaps([1, null], 'connected')).toEqual([1, undefined]);
});
