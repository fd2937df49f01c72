import type { MapFunction } from '../function.ts';

export const asinhFunction: MapFunction = {
  kind: 'map',
  name: 'asinh',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'inverse hyperbolic sine',
  compute: Math.asinh,
};
