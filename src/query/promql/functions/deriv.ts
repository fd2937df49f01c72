import { fitLine } from '../linear-regression.ts';
import type { RangeFunction } from '../function.ts';

export const derivFunction: RangeFunction = {
  kind: 'range',
  name: 'deriv',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'slope a second of a line through the samples',
  compute: (window) => {
    if (window.count < 2) return false;
    window.result = fitLine(window, window.timeAt(window.from)).slope;
    return true;
  },
};
