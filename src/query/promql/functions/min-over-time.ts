import type { RangeFunction } from '../function.ts';

export const minOverTimeFunction: RangeFunction = {
  kind: 'range',
  name: 'min_over_time',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'the smallest sample',
  compute: (window) => {
    let least = window.valueAt(window.from);
    for (let i = window.from + 1; i < window.to; i++) {
      const value = window.valueAt(i);
      if (value < least || Number.isNaN(least)) least = value;
    }
    window.result = least;
    return true;
  },
};
