import { KahanSum } from '../kahan.ts';
import type { RangeFunction } from '../function.ts';

export const sumOverTimeFunction: RangeFunction = {
  kind: 'range',
  name: 'sum_over_time',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'sum of the samples',
  compute: (window) => {
    const sum = new KahanSum();
    for (let i = window.from; i < window.to; i++) sum.add(window.values[i] as number);
    window.result = Math.abs(sum.sum) === Infinity ? sum.sum : sum.sum + sum.compensation;
    return true;
  },
};
