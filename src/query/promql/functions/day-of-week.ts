import { toCivilTime } from '../civil-time.ts';
import type { MapFunction } from '../function.ts';

export const dayOfWeekFunction: MapFunction = {
  kind: 'map',
  name: 'day_of_week',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'day of the week, 0 is Sunday (UTC)',
  variadic: 1,
  dependsOnTime: true,
  ofTime: true,
  compute: (seconds) => toCivilTime(seconds).weekday,
};
