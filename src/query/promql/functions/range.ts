import type { GeneralFunction } from '../function.ts';

export const rangeFunction: GeneralFunction = {
  kind: 'general',
  name: 'range',
  arguments: [],
  returns: 'scalar',
  summary: 'length of the query in seconds',
  isExperimental: true,
  dependsOnTime: true,
  evaluate: () => {
    throw new Error('the planner puts a number in the place of this call');
  },
};
