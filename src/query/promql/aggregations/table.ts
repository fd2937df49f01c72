// The folding aggregations. A new one is a file in this folder and one line in the list.
import type { FoldingAggregation } from '../aggregation.ts';
import { avgAggregation } from './avg.ts';
import { countAggregation } from './count.ts';
import { groupAggregation } from './group.ts';
import { maxAggregation } from './max.ts';
import { minAggregation } from './min.ts';
import { quantileAggregation } from './quantile.ts';
import { stddevAggregation } from './stddev.ts';
import { stdvarAggregation } from './stdvar.ts';
import { sumAggregation } from './sum.ts';

const foldingAggregations: readonly FoldingAggregation[] = [
  avgAggregation,
  countAggregation,
  groupAggregation,
  maxAggregation,
  minAggregation,
  quantileAggregation,
  stddevAggregation,
  stdvarAggregation,
  sumAggregation,
];

const byName = new Map(foldingAggregations.map((one) => [one.name, one]));

/** The folding aggregation that is called `name`. */
export function findAggregation(name: string): FoldingAggregation | undefined {
  return byName.get(name);
}
