import type { GeneralFunction } from '../function.ts';

export const piFunction: GeneralFunction = {
  kind: 'general',
  name: 'pi',
  arguments: [],
  returns: 'scalar',
  summary: 'the number pi',
  evaluate: ({ grid }) => ({ kind: 'scalar', values: new Float64Array(grid.steps).fill(Math.PI) }),
};
