import { computeExtrapolatedRate, walkExtrapolatedRate } from '../extrapolated-rate.ts';
import type { RangeFunction } from '../function.ts';

export const deltaFunction: RangeFunction = {
  kind: 'range',
  name: 'delta',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'change of a gauge',
  extensions: ['anchored', 'smoothed'],
  computeSeries: (walk) => walkExtrapolatedRate(walk, false, false),
  compute: (window) => computeExtrapolatedRate(window, false, false),
};
