// Runs a computation over the classic histograms of a vector, step by step.
import { formatOpenMetricsFloat } from '../../base/float-text.ts';
import { argumentAt, evaluateVector } from './arguments.ts';
import { badQuantile } from './bad-quantile.ts';
import { computeBucketQuantile, forcedMonotonicityRemarks } from './bucket-quantile.ts';
import type { CallContext } from './function.ts';
import { Buckets, groupBuckets } from './histogram-buckets.ts';
import { mergeRows, VectorBlock } from './values.ts';

/** One series a histogram of the vector at argument `index`. */
export async function evaluateBuckets(
  context: CallContext,
  index: number,
  compute: (buckets: Buckets, step: number) => number,
): Promise<VectorBlock> {
  const input = await evaluateVector(context, index);
  const output = new VectorBlock(input.steps);
  const buckets = new Buckets();
  for (const group of groupBuckets(input, context.state, argumentAt(context, index).range)) {
    const offset = output.addRow(group.labels, true);
    for (let step = 0; step < input.steps; step++) {
      if (!buckets.load(group, input, step)) continue;
      output.values[offset + step] = compute(buckets, step);
      output.present[offset + step] = 1;
    }
  }
  return mergeRows(output);
}

/** A quantile a step, the argument that it comes from, and the label that is to hold it. */
export interface QuantileRequest {
  readonly phis: Float64Array;
  readonly argument: number;
  readonly label: string | undefined;
}

/** The quantiles of each histogram of the vector at argument `index`. */
export async function evaluateBucketQuantiles(
  context: CallContext,
  index: number,
  quantiles: readonly QuantileRequest[],
): Promise<VectorBlock> {
  const { state, grid } = context;
  const { annotations } = state;
  const input = await evaluateVector(context, index);
  const { range } = argumentAt(context, index);
  const output = new VectorBlock(input.steps);
  const buckets = new Buckets();
  for (const { phis, argument } of quantiles) {
    for (const phi of phis) {
      if (!(phi >= 0 && phi <= 1)) annotations.add(badQuantile(phi, argumentAt(context, argument).range));
    }
  }
  for (const group of groupBuckets(input, state, range)) {
    const name = state.options.delayedNameRemoval ? group.labels.metricName : '';
    const remarkAt = forcedMonotonicityRemarks(name, range);
    const offsets = new Map<string, number>();
    for (const { phis, label } of quantiles) {
      for (let step = 0; step < input.steps; step++) {
        if (!buckets.load(group, input, step)) continue;
        const phi = phis[step] ?? NaN;
        const value = label === undefined ? '' : formatOpenMetricsFloat(phi);
        let offset = offsets.get(value);
        if (offset === undefined) {
          offset = output.addRow(label === undefined ? group.labels : group.labels.with(label, value), true);
          offsets.set(value, offset);
        }
        const timeMs = grid.startMs + step * grid.intervalMs;
        output.values[offset + step] = computeBucketQuantile(phi, buckets, (forced) =>
          annotations.add(remarkAt(timeMs, forced)),
        );
        output.present[offset + step] = 1;
      }
    }
  }
  return mergeRows(output);
}
