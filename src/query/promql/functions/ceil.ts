import type { MapFunction } from '../function.ts';

export const ceilFunction: MapFunction = {
  kind: 'map',
  name: 'ceil',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'rounded up to a whole number',
  compute: Math.ceil,
};
