import { computeInstantChange } from '../instant-change.ts';
import type { RangeFunction } from '../function.ts';

export const ideltaFunction: RangeFunction = {
  kind: 'range',
  name: 'idelta',
  arguments: ['matrix'],
  returns: 'vector',
  summary: 'change of a gauge between its last two samples',
  compute: (window) => computeInstantChange(window, false),
};
