import type { GeneralFunction } from '../function.ts';
import { evaluateVector, stringArgument } from '../arguments.ts';
import { compareByLabels, sortRows } from '../sort-rows.ts';

export const sortByLabelFunction: GeneralFunction = {
  kind: 'general',
  name: 'sort_by_label',
  arguments: ['vector', 'string'],
  returns: 'vector',
  summary: 'series by rising labels in natural order; only for instant queries',
  variadic: -1,
  isExperimental: true,
  evaluate: async (context) => {
    const names = context.call.arguments.slice(1).map((_, index) => stringArgument(context, index + 1));
    const block = await evaluateVector(context, 0);
    return {
      kind: 'vector',
      block: sortRows(context, block, (left, right) => compareByLabels(names, block, left, right)),
    };
  },
};
