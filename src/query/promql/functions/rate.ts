import { computeExtrapolatedRate, walkExtrapolatedRate } from '../extrapolated-rate.ts';
import type { RangeFunction } from '../function.ts';

export const rateFunction: RangeFunction = {
  kind: 'range',
  name: 'rate',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'increase of a counter a second',
  extensions: ['anchored', 'smoothed'],
  wantsCounter: true,
  usesStartTimes: true,
  computeSeries: (walk) => walkExtrapolatedRate(walk, true, true),
  compute: (window) => computeExtrapolatedRate(window, true, true),
};
