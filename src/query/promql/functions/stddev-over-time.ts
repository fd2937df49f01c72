import { computeVariance } from '../variance.ts';
import type { RangeFunction } from '../function.ts';

export const stddevOverTimeFunction: RangeFunction = {
  kind: 'range',
  name: 'stddev_over_time',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'standard deviation of the samples',
  compute: (window) => {
    window.result = Math.sqrt(computeVariance(window));
    return true;
  },
};
