import type { MapFunction } from '../function.ts';

export const sgnFunction: MapFunction = {
  kind: 'map',
  name: 'sgn',
  arguments: ['vector'],
  returns: 'vector',
  summary: '1, 0 or -1 by the sign',
  compute: (value) => (value > 0 ? 1 : value < 0 ? -1 : value),
};
