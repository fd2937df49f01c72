import type { RangeFunction } from '../function.ts';

export const firstOverTimeFunction: RangeFunction = {
  kind: 'range',
  name: 'first_over_time',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'the first sample',
  keepsName: true,
  compute: (window) => {
    window.result = window.valueAt(window.from);
    return true;
  },
};
