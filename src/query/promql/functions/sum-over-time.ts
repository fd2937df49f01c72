import { computeKahanSum } from '../kahan.ts';
import type { RangeFunction } from '../function.ts';
import { walkWindowSums } from '../window-sums.ts';

export const sumOverTimeFunction: RangeFunction = {
  kind: 'range',
  name: 'sum_over_time',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'sum of the samples',
  computeSeries: (walk) => walkWindowSums(walk, false),
  compute: (window) => {
    window.result = computeKahanSum(window.values, window.from, window.to);
    return true;
  },
};
