import type { MapFunction } from '../function.ts';

export const floorFunction: MapFunction = {
  kind: 'map',
  name: 'floor',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'rounded down to a whole number',
  compute: Math.floor,
};
