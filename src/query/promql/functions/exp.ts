import type { MapFunction } from '../function.ts';

export const expFunction: MapFunction = {
  kind: 'map',
  name: 'exp',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'e to the power of the value',
  compute: Math.exp,
};
