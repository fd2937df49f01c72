import type { MapFunction } from '../function.ts';

export const asinFunction: MapFunction = {
  kind: 'map',
  name: 'asin',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'arcsine in radians',
  compute: Math.asin,
};
