import { computeKahanMean } from '../kahan.ts';
import type { RangeFunction } from '../function.ts';
import { walkWindowSums } from '../window-sums.ts';

export const avgOverTimeFunction: RangeFunction = {
  kind: 'range',
  name: 'avg_over_time',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'mean of the samples',
  computeSeries: (walk) => walkWindowSums(walk, true),
  compute: (window) => {
    window.result = computeKahanMean(window.values, window.from, window.to);
    return true;
  },
};
