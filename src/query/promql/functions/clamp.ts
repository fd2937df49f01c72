import { maximum, minimum } from '../go-math.ts';
import type { MapFunction } from '../function.ts';

export const clampFunction: MapFunction = {
  kind: 'map',
  name: 'clamp',
  arguments: ['vector', 'scalar', 'scalar'],
  returns: 'vector',
  summary: 'limited to the range from min to max',
  isDefined: (min, max) => !(max < min),
  compute: (value, min, max) => maximum(min, minimum(max, value)),
};
