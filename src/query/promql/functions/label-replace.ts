import type { GeneralFunction } from '../function.ts';
import { evaluateVector, stringArgument } from '../arguments.ts';
import { compileReplacement } from '../compile-replacement.ts';
import { isLabelName } from '../label-name.ts';
import { failExecution } from '../query-error.ts';
import { replaceLabel } from '../replace-label.ts';

export const labelReplaceFunction: GeneralFunction = {
  kind: 'general',
  name: 'label_replace',
  arguments: ['vector', 'string', 'string', 'string', 'string'],
  returns: 'vector',
  summary: 'sets a label where another matches an expression',
  evaluate: async (context) => {
    const [target, replacement, source, pattern] = [1, 2, 3, 4].map((index) => stringArgument(context, index));
    const expand = compileReplacement(pattern ?? '', replacement ?? '');
    if (expand === undefined) failExecution(`invalid regular expression in label_replace(): ${pattern}`);
    if (target === undefined || !isLabelName(target))
      failExecution(`invalid destination label name in label_replace(): ${target}`);
    const block = await evaluateVector(context, 0);
    return { kind: 'vector', block: replaceLabel(block, target, (labels) => expand(labels.get(source ?? ''))) };
  },
};
