import type { MapFunction } from '../function.ts';

export const tanFunction: MapFunction = {
  kind: 'map',
  name: 'tan',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'tangent of radians',
  compute: Math.tan,
};
