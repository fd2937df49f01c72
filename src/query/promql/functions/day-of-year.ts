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
  compute: (seconds) => {
    const date = new Date(Math.trunc(seconds) * 1000);
    const day = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
    return (day - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000 + 1;
  },
};
