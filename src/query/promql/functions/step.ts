import type { GeneralFunction } from '../function.ts';

export const stepFunction: GeneralFunction = {
  kind: 'general',
  name: 'step',
  arguments: [],
  returns: 'scalar',
  summary: 'step of the query in seconds',
  isExperimental: true,
  dependsOnTime: true,
  evaluate: () => {
    throw new Error('the planner puts a number in the place of this call');
  },
};
