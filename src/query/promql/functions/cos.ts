import type { MapFunction } from '../function.ts';

export const cosFunction: MapFunction = {
  kind: 'map',
  name: 'cos',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'cosine of radians',
  compute: Math.cos,
};
