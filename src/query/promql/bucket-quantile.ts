// histogram_quantile over classic histograms: observations are taken to be spread evenly within a bucket.
import { formatFloatShortest } from '../../base/float-text.ts';
import { forMetric, type Annotation, type AnnotationDetail } from './annotations.ts';
import type { Buckets, ForcedMonotonicity } from './histogram-buckets.ts';
import type { Range } from './position.ts';

const HELP = 'https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile';

/** The φ-quantile; `onForced` hears of counts that fell. */
export function computeBucketQuantile(
  phi: number,
  buckets: Buckets,
  onForced: (forced: ForcedMonotonicity) => void,
): number {
  if (Number.isNaN(phi)) return NaN;
  if (phi < 0) return -Infinity;
  if (phi > 1) return Infinity;
  if (!buckets.hasInfinity) return NaN;
  const forced = buckets.forceMonotonic();
  if (forced !== undefined) onForced(forced);
  const { bounds, counts } = buckets;
  const last = bounds.length - 1;
  const observations = counts[last] ?? 0;
  if (last < 1 || observations === 0) return NaN;
  let rank = phi * observations;
  let index = 0;
  while (index < last && !((counts[index] ?? 0) >= rank)) index++;
  const end = bounds[index] ?? NaN;
  if (index === last) return bounds[last - 1] ?? NaN;
  if (index === 0 && end <= 0) return end;
  let start = 0;
  let count = counts[index] ?? 0;
  if (index > 0) {
    start = bounds[index - 1] ?? NaN;
    count -= counts[index - 1] ?? 0;
    rank -= counts[index - 1] ?? 0;
  }
  return start + (end - start) * (rank / count);
}

interface ForcedDetail extends AnnotationDetail {
  readonly fromMs: number;
  readonly toMs: number;
  readonly samples: number;
  readonly forced: ForcedMonotonicity;
}

const showTime = (ms: number): string => `${new Date(Math.trunc(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;

function showTwoDigits(value: number): string {
  return formatFloatShortest(Number(value.toPrecision(2)));
}

function forcedDetail(fromMs: number, toMs: number, samples: number, forced: ForcedMonotonicity): ForcedDetail {
  return {
    fromMs,
    toMs,
    samples,
    forced,
    merge: (other) => {
      const earlier = other as ForcedDetail;
      return forcedDetail(Math.min(fromMs, earlier.fromMs), Math.max(toMs, earlier.toMs), samples + earlier.samples, {
        minBucket: Math.min(forced.minBucket, earlier.forced.minBucket),
        maxBucket: Math.max(forced.maxBucket, earlier.forced.maxBucket),
        maxDiff: Math.max(forced.maxDiff, earlier.forced.maxDiff),
      });
    },
    show: () =>
      `, from buckets ${formatFloatShortest(forced.minBucket)} to ${formatFloatShortest(forced.maxBucket)}, ` +
      `with a max diff of ${showTwoDigits(forced.maxDiff)}, over ${samples} samples from ${showTime(fromMs)} to ${showTime(toMs)}`,
  };
}

/** The remark on counts that fell at the time `timeMs`. */
export function forcedMonotonicityInfo(
  name: string,
  range: Range,
  timeMs: number,
  forced: ForcedMonotonicity,
): Annotation {
  return {
    level: 'info',
    text: `input to histogram_quantile needed to be fixed for monotonicity (see ${HELP})${forMetric(name)}`,
    range,
    detail: forcedDetail(timeMs, timeMs, 1, { ...forced }),
  };
}
