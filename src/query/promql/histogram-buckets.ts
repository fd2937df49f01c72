// Classic histograms: series that differ only in `le` are the buckets of one histogram.
import { parseFloatText } from '../../base/float-text.ts';
import type { Labels } from '../../model/labels.ts';
import { forMetric } from './annotations.ts';
import type { EvaluationState } from './evaluation-state.ts';
import type { Range } from './position.ts';
import { dropReserved } from './reserved-labels.ts';
import type { VectorBlock } from './values.ts';

const BUCKET_LABEL = 'le';
/** Differences between neighbours below this share are noise of floating point. */
const SMALL_DELTA = 1e-12;
const bucketLabels: ReadonlySet<string> = new Set([BUCKET_LABEL]);

/** The rows of one histogram, by rising upper bound. */
export interface BucketGroup {
  readonly labels: Labels;
  readonly rows: readonly number[];
  readonly bounds: readonly number[];
}

/** Sorts the rows of `block` into histograms; rows without a usable `le` are left out with a remark. */
export function groupBuckets(block: VectorBlock, state: EvaluationState, range: Range): BucketGroup[] {
  const groups = new Map<string, { labels: Labels; buckets: { row: number; bound: number }[] }>();
  const { delayedNameRemoval } = state.options;
  block.labels.forEach((labels, row) => {
    if (!block.hasSamples(row)) return;
    const text = labels.get(BUCKET_LABEL);
    const bound = parseFloatText(text);
    if (bound === undefined) {
      const name = delayedNameRemoval ? labels.metricName : '';
      state.annotations.warn(
        `bucket label "le" is missing or has a malformed value of ${JSON.stringify(text)}${forMetric(name)}`,
        range,
      );
      return;
    }
    const rest = labels.without(bucketLabels);
    let group = groups.get(rest.key);
    if (group === undefined) groups.set(rest.key, (group = { labels: rest, buckets: [] }));
    group.buckets.push({ row, bound });
  });
  return [...groups.values()].map(({ labels, buckets }) => {
    buckets.sort((left, right) => left.bound - right.bound);
    return {
      labels: delayedNameRemoval ? labels : dropReserved(labels),
      rows: buckets.map(({ row }) => row),
      bounds: buckets.map(({ bound }) => bound),
    };
  });
}

/** Where and how far counts had to be raised because a higher bucket held less. */
export interface ForcedMonotonicity {
  minBucket: number;
  maxBucket: number;
  maxDiff: number;
}

/** The cumulative counts of one histogram at one step; reused. */
export class Buckets {
  readonly bounds: number[] = [];
  readonly counts: number[] = [];

  /** Loads the samples at `step`; buckets with equal bounds are added up. False when there is none. */
  load(group: BucketGroup, block: VectorBlock, step: number): boolean {
    const { bounds, counts } = this;
    let size = 0;
    for (let i = 0; i < group.rows.length; i++) {
      const at = (group.rows[i] as number) * block.steps + step;
      if (block.present[at] === 0) continue;
      const bound = group.bounds[i] as number;
      const count = block.values[at] as number;
      if (size > 0 && bounds[size - 1] === bound) counts[size - 1] = (counts[size - 1] as number) + count;
      else {
        bounds[size] = bound;
        counts[size++] = count;
      }
    }
    // A shorter array lets its memory go: mostly there are as many as at the step before.
    if (bounds.length > size) bounds.length = counts.length = size;
    return size > 0;
  }

  get hasInfinity(): boolean {
    return this.bounds.at(-1) === Infinity;
  }

  /** Evens out noise, and raises counts that fall; says so when it had to. */
  forceMonotonic(): ForcedMonotonicity | undefined {
    const { bounds, counts } = this;
    let forced: ForcedMonotonicity | undefined;
    let previous = counts[0] ?? 0;
    for (let i = 1; i < counts.length; i++) {
      const current = counts[i] ?? 0;
      if (current === previous) continue;
      if (isAlmostEqual(previous, current, SMALL_DELTA)) counts[i] = previous;
      else if (current < previous) {
        counts[i] = previous;
        const bound = bounds[i] ?? NaN;
        forced ??= { minBucket: Infinity, maxBucket: -Infinity, maxDiff: 0 };
        forced.minBucket = Math.min(forced.minBucket, bound);
        forced.maxBucket = Math.max(forced.maxBucket, bound);
        forced.maxDiff = Math.max(forced.maxDiff, previous - current);
      } else previous = current;
    }
    return forced;
  }
}

const MIN_NORMAL = 2.2250738585072014e-308;

/** Two numbers differ by less than the share `epsilon` of their sum; NaN equals NaN. */
export function isAlmostEqual(left: number, right: number, epsilon: number): boolean {
  if (Number.isNaN(left) && Number.isNaN(right)) return true;
  if (left === right) return true;
  const sum = Math.abs(left) + Math.abs(right);
  const difference = Math.abs(left - right);
  if (left === 0 || right === 0 || sum < MIN_NORMAL) return difference < epsilon * MIN_NORMAL;
  return difference / Math.min(sum, Number.MAX_VALUE) < epsilon;
}
