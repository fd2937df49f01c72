import type { GeneralFunction } from '../function.ts';

export const endFunction: GeneralFunction = {
  kind: 'general',
  name: 'end',
  arguments: [],
  returns: 'scalar',
  summary: 'end of the query in seconds',
  isExperimental: true,
  dependsOnTime: true,
  evaluate: () => {
    throw new Error('the planner puts a number in the place of this call');
  },
};
