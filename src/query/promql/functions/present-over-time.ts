import type { RangeFunction } from '../function.ts';

export const presentOverTimeFunction: RangeFunction = {
  kind: 'range',
  name: 'present_over_time',
  arguments: ['matrix'],
  returns: 'vector',
  summary: '1 where there are samples',
  compute: (window) => {
    window.result = 1;
    return true;
  },
};
