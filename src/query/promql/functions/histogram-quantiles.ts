import type { GeneralFunction } from '../function.ts';
import { evaluateScalar, stringArgument } from '../arguments.ts';
import { evaluateBucketQuantiles, type QuantileRequest } from '../evaluate-buckets.ts';

export const histogramQuantilesFunction: GeneralFunction = {
  kind: 'general',
  name: 'histogram_quantiles',
  arguments: ['vector', 'string', 'scalar', 'scalar'],
  returns: 'vector',
  summary: 'several quantiles of histograms, told apart by a label',
  variadic: 9,
  isExperimental: true,
  evaluate: async (context) => {
    const label = stringArgument(context, 1);
    const quantiles: QuantileRequest[] = [];
    for (let argument = 2; argument < context.call.arguments.length; argument++)
      quantiles.push({ phis: await evaluateScalar(context, argument), argument, label });
    return { kind: 'vector', block: await evaluateBucketQuantiles(context, 0, quantiles) };
  },
};
