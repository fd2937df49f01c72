import { toCivilTime } from '../civil-time.ts';
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
  compute: (seconds) => toCivilTime(seconds).minute,
};
