import type { FoldingAggregation } from '../aggregation.ts';
import { startVariance } from '../group-variance.ts';

export const stddevAggregation: FoldingAggregation = {
  name: 'stddev',
  summary: 'standard deviation of the samples',
  start: (groups, steps) => startVariance(groups, steps, Math.sqrt),
};
