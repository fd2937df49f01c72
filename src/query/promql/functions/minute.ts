import type { MapFunction } from '../function.ts';

export const minuteFunction: MapFunction = {
  kind: 'map',
  name: 'minute',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'minute of the hour (UTC)',
  variadic: 1,
  dependsOnTime: true,
  ofTime: true,
  compute: (seconds) => new Date(Math.trunc(seconds) * 1000).getUTCMinutes(),
};
