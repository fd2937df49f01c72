import type { MapFunction } from '../function.ts';

export const acoshFunction: MapFunction = {
  kind: 'map',
  name: 'acosh',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'inverse hyperbolic cosine',
  compute: Math.acosh,
};
