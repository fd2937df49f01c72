import { toCivilTime } from '../civil-time.ts';
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
  compute: (seconds) => toCivilTime(seconds).month,
};
