import { toCivilTime } from '../civil-time.ts';
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
  compute: (seconds) => toCivilTime(seconds).year,
};
