import type { MapFunction } from '../function.ts';

export const monthFunction: MapFunction = {
  kind: 'map',
  name: 'month',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'month, 1 is January (UTC)',
  variadic: 1,
  dependsOnTime: true,
  ofTime: true,
  compute: (seconds) => new Date(Math.trunc(seconds) * 1000).getUTCMonth() + 1,
};
