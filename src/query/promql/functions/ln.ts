import type { MapFunction } from '../function.ts';

export const lnFunction: MapFunction = {
  kind: 'map',
  name: 'ln',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'natural logarithm',
  compute: Math.log,
};
