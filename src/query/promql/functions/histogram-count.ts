import type { GeneralFunction } from '../function.ts';
import { evaluateVector } from '../arguments.ts';
import { VectorBlock } from '../values.ts';

export const histogramCountFunction: GeneralFunction = {
  kind: 'general',
  name: 'histogram_count',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'observations of native histograms; nothing for other samples',
  evaluate: async (context) => {
    await evaluateVector(context, 0);
    return { kind: 'vector', block: new VectorBlock(context.grid.steps, 0) };
  },
};
