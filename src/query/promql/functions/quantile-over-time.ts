import { badQuantile } from '../bad-quantile.ts';
import { computeQuantile } from '../quantile.ts';
import type { RangeFunction } from '../function.ts';

export const quantileOverTimeFunction: RangeFunction = {
  kind: 'range',
  name: 'quantile_over_time',
  arguments: ['scalar', 'matrix'],
  returns: 'vector',
  summary: 'the φ-quantile of the samples',
  compute: (window) => {
    const phi = window.scalars[0] ?? NaN;
    if (!(phi >= 0 && phi <= 1)) window.annotate(badQuantile(phi, window.argumentRanges[0] ?? window.selectorRange));
    window.result = computeQuantile(phi, window.values.slice(window.from, window.to));
    return true;
  },
};
