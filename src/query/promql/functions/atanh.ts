import type { MapFunction } from '../function.ts';

export const atanhFunction: MapFunction = {
  kind: 'map',
  name: 'atanh',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'inverse hyperbolic tangent',
  compute: Math.atanh,
};
