import { computeInstantChange } from '../instant-change.ts';
import type { RangeFunction } from '../function.ts';

export const irateFunction: RangeFunction = {
  kind: 'range',
  name: 'irate',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'increase of a counter a second between its last two samples',
  usesStartTimes: true,
  compute: (window) => computeInstantChange(window, true),
};
