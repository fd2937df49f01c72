import { maximum, minimum } from '../go-math.ts';
import type { MapFunction } from '../function.ts';

export const clampMaxFunction: MapFunction = {
  kind: 'map',
  name: 'clamp_max',
  arguments: ['vector', 'scalar'],
  returns: 'vector',
  summary: 'not more than max',
  compute: (value, max) => maximum(-Infinity, minimum(max, value)),
};
