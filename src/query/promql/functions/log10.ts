import type { MapFunction } from '../function.ts';

export const log10Function: MapFunction = {
  kind: 'map',
  name: 'log10',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'logarithm to base 10',
  compute: Math.log10,
};
