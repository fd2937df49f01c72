import type { RangeFunction } from '../function.ts';

export const tsOfFirstOverTimeFunction: RangeFunction = {
  kind: 'range',
  name: 'ts_of_first_over_time',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'time of the first sample',
  isExperimental: true,
  compute: (window) => {
    window.result = window.timeAt(window.from) / 1000;
    return true;
  },
};
