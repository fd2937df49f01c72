import type { RangeFunction } from '../function.ts';

export const lastOverTimeFunction: RangeFunction = {
  kind: 'range',
  name: 'last_over_time',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'the last sample',
  keepsName: true,
  compute: (window) => {
    window.result = window.valueAt(window.to - 1);
    return true;
  },
};
