import type { MapFunction } from '../function.ts';

export const radFunction: MapFunction = {
  kind: 'map',
  name: 'rad',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'degrees to radians',
  compute: (value) => (value * Math.PI) / 180,
};
