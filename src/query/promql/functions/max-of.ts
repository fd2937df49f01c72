import type { GeneralFunction } from '../function.ts';
import { evaluateScalar } from '../arguments.ts';
import { maximum } from '../go-math.ts';

export const maxOfFunction: GeneralFunction = {
  kind: 'general',
  name: 'max_of',
  arguments: ['scalar', 'scalar'],
  returns: 'scalar',
  summary: 'the larger of two scalars',
  isExperimental: true,
  evaluate: async (context) => {
    const left = await evaluateScalar(context, 0);
    const right = await evaluateScalar(context, 1);
    return { kind: 'scalar', values: left.map((value, step) => maximum(value, right[step] ?? NaN)) };
  },
};
