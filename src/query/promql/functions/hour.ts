import type { MapFunction } from '../function.ts';

export const hourFunction: MapFunction = {
  kind: 'map',
  name: 'hour',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'hour of the day (UTC)',
  variadic: 1,
  dependsOnTime: true,
  ofTime: true,
  compute: (seconds) => new Date(Math.trunc(seconds) * 1000).getUTCHours(),
};
