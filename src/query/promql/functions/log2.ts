import type { MapFunction } from '../function.ts';

export const log2Function: MapFunction = {
  kind: 'map',
  name: 'log2',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'logarithm to base 2',
  compute: Math.log2,
};
