import type { MapFunction } from '../function.ts';

export const roundFunction: MapFunction = {
  kind: 'map',
  name: 'round',
  arguments: ['vector', 'scalar'],
  returns: 'vector',
  summary: 'rounded to the nearest multiple, ties upwards',
  variadic: 1,
  defaults: [1],
  compute: (value, toNearest) => {
    const inverse = 1 / toNearest;
    return Math.floor(value * inverse + 0.5) / inverse;
  },
};
