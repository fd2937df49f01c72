import type { GeneralFunction } from '../function.ts';
import { evaluateVector } from '../arguments.ts';
import { byRisingValue, sortRows } from '../sort-rows.ts';

export const sortFunction: GeneralFunction = {
  kind: 'general',
  name: 'sort',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'series by rising value; only for instant queries',
  evaluate: async (context) => ({
    kind: 'vector',
    block: sortRows(context, await evaluateVector(context, 0), byRisingValue),
  }),
};
