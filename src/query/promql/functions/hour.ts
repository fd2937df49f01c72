import { toCivilTime } from '../civil-time.ts';
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
  compute: (seconds) => toCivilTime(seconds).hour,
};
