import type { MapFunction } from '../function.ts';

export const tanhFunction: MapFunction = {
  kind: 'map',
  name: 'tanh',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'hyperbolic tangent',
  compute: Math.tanh,
};
