import type { MapFunction } from '../function.ts';

export const coshFunction: MapFunction = {
  kind: 'map',
  name: 'cosh',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'hyperbolic cosine',
  compute: Math.cosh,
};
