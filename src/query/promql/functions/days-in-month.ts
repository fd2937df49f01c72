import { toCivilTime } from '../civil-time.ts';
import type { MapFunction } from '../function.ts';

export const daysInMonthFunction: MapFunction = {
  kind: 'map',
  name: 'days_in_month',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'how many days the month has (UTC)',
  variadic: 1,
  dependsOnTime: true,
  ofTime: true,
  compute: (seconds) => toCivilTime(seconds).daysInMonth,
};
