import type { MapFunction } from '../function.ts';

export const absFunction: MapFunction = {
  kind: 'map',
  name: 'abs',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'absolute value',
  compute: Math.abs,
};
