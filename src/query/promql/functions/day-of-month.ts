import { toCivilTime } from '../civil-time.ts';
import type { MapFunction } from '../function.ts';

export const dayOfMonthFunction: MapFunction = {
  kind: 'map',
  name: 'day_of_month',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'day of the month (UTC)',
  variadic: 1,
  dependsOnTime: true,
  ofTime: true,
  compute: (seconds) => toCivilTime(seconds).day,
};
