import type { MapFunction } from '../function.ts';

export const degFunction: MapFunction = {
  kind: 'map',
  name: 'deg',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'radians to degrees',
  compute: (value) => (value * 180) / Math.PI,
};
