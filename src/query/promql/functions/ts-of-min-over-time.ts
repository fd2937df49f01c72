import type { RangeFunction } from '../function.ts';

export const tsOfMinOverTimeFunction: RangeFunction = {
  kind: 'range',
  name: 'ts_of_min_over_time',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'time of the last smallest sample',
  isExperimental: true,
  compute: (window) => {
    let best = window.from;
    for (let i = window.from; i < window.to; i++) {
      if (window.valueAt(i) <= window.valueAt(best) || Number.isNaN(window.valueAt(best))) best = i;
    }
    window.result = window.timeAt(best) / 1000;
    return true;
  },
};
