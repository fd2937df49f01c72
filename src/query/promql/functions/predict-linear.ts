import { fitLine } from '../linear-regression.ts';
import type { RangeFunction } from '../function.ts';

export const predictLinearFunction: RangeFunction = {
  kind: 'range',
  name: 'predict_linear',
  arguments: ['matrix', 'scalar'],
  returns: 'vector',
  summary: 'value in so many seconds on a line through the samples',
  dependsOnTime: true,
  compute: (window) => {
    if (window.count < 2) return false;
    const { slope, intercept } = fitLine(window, window.evaluationMs);
    window.result = slope * (window.scalars[0] ?? 0) + intercept;
    return true;
  },
};
