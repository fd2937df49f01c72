import { computeExtrapolatedRate, walkExtrapolatedRate } from '../extrapolated-rate.ts';
import type { RangeFunction } from '../function.ts';

export const increaseFunction: RangeFunction = {
  kind: 'range',
  name: 'increase',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'increase of a counter',
  extensions: ['anchored', 'smoothed'],
  wantsCounter: true,
  usesStartTimes: true,
  computeSeries: (walk) => walkExtrapolatedRate(walk, true, false),
  compute: (window) => computeExtrapolatedRate(window, true, false),
};
