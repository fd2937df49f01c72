import type { GeneralFunction } from '../function.ts';
import { evaluateVector } from '../arguments.ts';
import { VectorBlock } from '../values.ts';

export const histogramAvgFunction: GeneralFunction = {
  kind: 'general',
  name: 'histogram_avg',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'mean of native histograms; nothing for other samples',
  evaluate: async (context) => {
    await evaluateVector(context, 0);
    return { kind: 'vector', block: new VectorBlock(context.grid.steps, 0) };
  },
};
