import type { GeneralFunction } from '../function.ts';
import { evaluateVector, stringArgument } from '../arguments.ts';
import type { Labels } from '../../../model/labels.ts';
import { isLabelName } from '../label-name.ts';
import { failExecution } from '../query-error.ts';
import { replaceLabel } from '../replace-label.ts';

export const labelJoinFunction: GeneralFunction = {
  kind: 'general',
  name: 'label_join',
  arguments: ['vector', 'string', 'string', 'string'],
  returns: 'vector',
  summary: 'sets a label to the values of others, joined',
  variadic: -1,
  evaluate: async (context) => {
    const target = stringArgument(context, 1);
    const separator = stringArgument(context, 2);
    const sources = context.call.arguments.slice(3).map((_, index) => stringArgument(context, index + 3));
    for (const source of sources)
      if (!isLabelName(source)) failExecution(`invalid source label name in label_join(): ${source}`);
    if (!isLabelName(target)) failExecution(`invalid destination label name in label_join(): ${target}`);
    const block = await evaluateVector(context, 0);
    const join = (labels: Labels): string => sources.map((source) => labels.get(source)).join(separator);
    return { kind: 'vector', block: replaceLabel(block, target, join) };
  },
};
