import type { MapFunction } from '../function.ts';

export const acosFunction: MapFunction = {
  kind: 'map',
  name: 'acos',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'arccosine in radians',
  compute: Math.acos,
};
