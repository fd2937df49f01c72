import { KahanMean } from '../kahan.ts';
import type { RangeFunction } from '../function.ts';

export const avgOverTimeFunction: RangeFunction = {
  kind: 'range',
  name: 'avg_over_time',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'mean of the samples',
  compute: (window) => {
    const mean = new KahanMean();
    for (let i = window.from; i < window.to; i++) mean.add(window.valueAt(i));
    window.result = mean.value;
    return true;
  },
};
