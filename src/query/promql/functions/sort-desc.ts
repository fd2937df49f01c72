import type { GeneralFunction } from '../function.ts';
import { evaluateVector } from '../arguments.ts';
import { byFallingValue, sortRows } from '../sort-rows.ts';

export const sortDescFunction: GeneralFunction = {
  kind: 'general',
  name: 'sort_desc',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'series by falling value; only for instant queries',
  evaluate: async (context) => ({
    kind: 'vector',
    block: sortRows(context, await evaluateVector(context, 0), byFallingValue),
  }),
};
