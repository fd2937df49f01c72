import { computeVariance } from '../variance.ts';
import type { RangeFunction } from '../function.ts';

export const stdvarOverTimeFunction: RangeFunction = {
  kind: 'range',
  name: 'stdvar_over_time',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'variance of the samples',
  compute: (window) => {
    window.result = computeVariance(window);
    return true;
  },
};
