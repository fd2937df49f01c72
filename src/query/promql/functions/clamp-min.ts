import { maximum, minimum } from '../go-math.ts';
import type { MapFunction } from '../function.ts';

export const clampMinFunction: MapFunction = {
  kind: 'map',
  name: 'clamp_min',
  arguments: ['vector', 'scalar'],
  returns: 'vector',
  summary: 'not less than min',
  compute: (value, min) => maximum(min, minimum(Infinity, value)),
};
