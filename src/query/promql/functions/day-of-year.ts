import { toCivilTime } from '../civil-time.ts';
import type { MapFunction } from '../function.ts';

export const dayOfYearFunction: MapFunction = {
  kind: 'map',
  name: 'day_of_year',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'day of the year, from 1 (UTC)',
  variadic: 1,
  dependsOnTime: true,
  ofTime: true,
  compute: (seconds) => toCivilTime(seconds).yearDay,
};
