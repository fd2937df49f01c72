import type { GeneralFunction } from '../function.ts';
import { evaluateScalar } from '../arguments.ts';
import { minimum } from '../go-math.ts';

export const minOfFunction: GeneralFunction = {
  kind: 'general',
  name: 'min_of',
  arguments: ['scalar', 'scalar'],
  returns: 'scalar',
  summary: 'the smaller of two scalars',
  isExperimental: true,
  evaluate: async (context) => {
    const left = await evaluateScalar(context, 0);
    const right = await evaluateScalar(context, 1);
    return { kind: 'scalar', values: left.map((value, step) => minimum(value, right[step] ?? NaN)) };
  },
};
