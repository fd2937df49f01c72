import { computeQuantile } from '../quantile.ts';
import type { RangeFunction } from '../function.ts';

export const madOverTimeFunction: RangeFunction = {
  kind: 'range',
  name: 'mad_over_time',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'median absolute deviation of the samples',
  isExperimental: true,
  compute: (window) => {
    const values = window.values.slice(window.from, window.to);
    if (values.some(Number.isNaN)) {
      window.result = NaN;
      return true;
    }
    const median = computeQuantile(0.5, values);
    for (let i = 0; i < values.length; i++) values[i] = Math.abs((values[i] ?? 0) - median);
    window.result = computeQuantile(0.5, values);
    return true;
  },
};
