import type { MapFunction } from '../function.ts';

export const sqrtFunction: MapFunction = {
  kind: 'map',
  name: 'sqrt',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'square root',
  compute: Math.sqrt,
};
