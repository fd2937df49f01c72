import type { FoldingAggregation } from '../aggregation.ts';
import { startVariance } from '../group-variance.ts';

export const stdvarAggregation: FoldingAggregation = {
  name: 'stdvar',
  summary: 'variance of the samples',
  start: (groups, steps) => startVariance(groups, steps, (variance) => variance),
};
