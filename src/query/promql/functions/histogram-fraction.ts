import type { GeneralFunction } from '../function.ts';
import { evaluateScalar } from '../arguments.ts';
import { computeBucketFraction } from '../bucket-fraction.ts';
import { evaluateBuckets } from '../evaluate-buckets.ts';
import type { Buckets } from '../histogram-buckets.ts';

export const histogramFractionFunction: GeneralFunction = {
  kind: 'general',
  name: 'histogram_fraction',
  arguments: ['scalar', 'scalar', 'vector'],
  returns: 'vector',
  summary: 'share of observations between two bounds',
  evaluate: async (context) => {
    const lower = await evaluateScalar(context, 0);
    const upper = await evaluateScalar(context, 1);
    const compute = (buckets: Buckets, step: number): number =>
      computeBucketFraction(lower[step] ?? NaN, upper[step] ?? NaN, buckets);
    return { kind: 'vector', block: await evaluateBuckets(context, 2, compute) };
  },
};
