import type { RangeFunction } from '../function.ts';

export const maxOverTimeFunction: RangeFunction = {
  kind: 'range',
  name: 'max_over_time',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'the largest sample',
  compute: (window) => {
    let largest = window.valueAt(window.from);
    for (let i = window.from + 1; i < window.to; i++) {
      const value = window.valueAt(i);
      if (value > largest || Number.isNaN(largest)) largest = value;
    }
    window.result = largest;
    return true;
  },
};
