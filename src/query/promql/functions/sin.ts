import type { MapFunction } from '../function.ts';

export const sinFunction: MapFunction = {
  kind: 'map',
  name: 'sin',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'sine of radians',
  compute: Math.sin,
};
