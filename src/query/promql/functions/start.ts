import type { GeneralFunction } from '../function.ts';

export const startFunction: GeneralFunction = {
  kind: 'general',
  name: 'start',
  arguments: [],
  returns: 'scalar',
  summary: 'start of the query in seconds',
  isExperimental: true,
  dependsOnTime: true,
  evaluate: () => {
    throw new Error('the planner puts a number in the place of this call');
  },
};
