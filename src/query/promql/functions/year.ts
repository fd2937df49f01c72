import type { MapFunction } from '../function.ts';

export const yearFunction: MapFunction = {
  kind: 'map',
  name: 'year',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'year (UTC)',
  variadic: 1,
  dependsOnTime: true,
  ofTime: true,
  compute: (seconds) => new Date(Math.trunc(seconds) * 1000).getUTCFullYear(),
};
