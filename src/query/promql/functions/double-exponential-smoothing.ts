import { failExecution } from '../query-error.ts';
import type { RangeFunction } from '../function.ts';

export const doubleExponentialSmoothingFunction: RangeFunction = {
  kind: 'range',
  name: 'double_exponential_smoothing',
  arguments: ['matrix', 'scalar', 'scalar'],
  returns: 'vector',
  summary: 'smoothed value with a trend',
  isExperimental: true,
  compute: (window) => {
    const [smoothing = NaN, trend = NaN] = window.scalars;
    if (smoothing <= 0 || smoothing >= 1)
      failExecution(`invalid smoothing factor. Expected: 0 < sf < 1, got: ${smoothing.toFixed(6)}`);
    if (trend <= 0 || trend >= 1) failExecution(`invalid trend factor. Expected: 0 < tf < 1, got: ${trend.toFixed(6)}`);
    if (window.count < 2) return false;
    let before = 0;
    let smoothed = window.valueAt(window.from);
    let slope = window.valueAt(window.from + 1) - smoothed;
    for (let i = window.from + 1; i < window.to; i++) {
      const raw = smoothing * window.valueAt(i);
      if (i > window.from + 1) slope = trend * (smoothed - before) + (1 - trend) * slope;
      const next = raw + (1 - smoothing) * (smoothed + slope);
      before = smoothed;
      smoothed = next;
    }
    window.result = smoothed;
    return true;
  },
};
