import type { MapFunction } from '../function.ts';

export const sinhFunction: MapFunction = {
  kind: 'map',
  name: 'sinh',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'hyperbolic sine',
  compute: Math.sinh,
};
