import type { RangeFunction } from '../function.ts';

export const countOverTimeFunction: RangeFunction = {
  kind: 'range',
  name: 'count_over_time',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'how many samples',
  compute: (window) => {
    window.result = window.count;
    return true;
  },
};
