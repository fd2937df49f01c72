import type { MapFunction } from '../function.ts';

export const atanFunction: MapFunction = {
  kind: 'map',
  name: 'atan',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'arctangent in radians',
  compute: Math.atan,
};
