import type { RangeFunction } from '../function.ts';

export const tsOfLastOverTimeFunction: RangeFunction = {
  kind: 'range',
  name: 'ts_of_last_over_time',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'time of the last sample',
  isExperimental: true,
  compute: (window) => {
    window.result = window.timeAt(window.to - 1) / 1000;
    return true;
  },
};
