import type { GeneralFunction } from '../function.ts';

export const timeFunction: GeneralFunction = {
  kind: 'general',
  name: 'time',
  arguments: [],
  returns: 'scalar',
  summary: 'time of the step in seconds',
  dependsOnTime: true,
  evaluate: ({ grid }) => ({
    kind: 'scalar',
    values: Float64Array.from({ length: grid.steps }, (_, step) => (grid.startMs + step * grid.intervalMs) / 1000),
  }),
};
