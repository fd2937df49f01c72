import type { GeneralFunction } from '../function.ts';
import { evaluateScalar } from '../arguments.ts';
import { evaluateBucketQuantiles } from '../evaluate-buckets.ts';

export const histogramQuantileFunction: GeneralFunction = {
  kind: 'general',
  name: 'histogram_quantile',
  arguments: ['scalar', 'vector'],
  returns: 'vector',
  summary: 'the φ-quantile of histograms',
  evaluate: async (context) => {
    const phis = await evaluateScalar(context, 0);
    return {
      kind: 'vector',
      block: await evaluateBucketQuantiles(context, 1, [{ phis, argument: 0, label: undefined }]),
    };
  },
};
