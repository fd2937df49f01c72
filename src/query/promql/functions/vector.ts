import type { GeneralFunction } from '../function.ts';
import { evaluateScalar } from '../arguments.ts';
import { Labels } from '../../../model/labels.ts';
import { VectorBlock } from '../values.ts';

export const vectorFunction: GeneralFunction = {
  kind: 'general',
  name: 'vector',
  arguments: ['scalar'],
  returns: 'vector',
  summary: 'a scalar as a vector with one series without labels',
  evaluate: async (context) => {
    const block = new VectorBlock(context.grid.steps, 1);
    block.addRow(Labels.empty, false);
    block.values.set(await evaluateScalar(context, 0));
    block.present.fill(1, 0, context.grid.steps);
    return { kind: 'vector', block };
  },
};
