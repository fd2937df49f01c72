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

const showTime = (ms: number): string => `${new Date(Math.trunc(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;

function showTwoDigits(value: number): string {
  return formatFloatShortest(Number(value.toPrecision(2)));
}

/** Where counts fell: `samples` of them between two times. */
class ForcedDetail implements AnnotationDetail {
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #samples: number;
  readonly #forced: ForcedMonotonicity;

  constructor(fromMs: number, toMs: number, samples: number, forced: ForcedMonotonicity) {
    this.#fromMs = fromMs;
    this.#toMs = toMs;
    this.#samples = samples;
    this.#forced = forced;
  }

  merge(earlier: ForcedDetail): ForcedDetail {
    const [forced, before] = [this.#forced, earlier.#forced];
    return new ForcedDetail(
      Math.min(this.#fromMs, earlier.#fromMs),
      Math.max(this.#toMs, earlier.#toMs),
      this.#samples + earlier.#samples,
      {
        minBucket: Math.min(forced.minBucket, before.minBucket),
        maxBucket: Math.max(forced.maxBucket, before.maxBucket),
        maxDiff: Math.max(forced.maxDiff, before.maxDiff),
      },
    );
  }

  show(): string {
    const { minBucket, maxBucket, maxDiff } = this.#forced;
    return (
      `, from buckets ${formatFloatShortest(minBucket)} to ${formatFloatShortest(maxBucket)}, ` +
      `with a max diff of ${showTwoDigits(maxDiff)}, over ${this.#samples} samples from ${showTime(this.#fromMs)} to ${showTime(this.#toMs)}`
    );
  }
}

/** Makes remarks on counts of the metric `name` that fell, each at the time `timeMs`. */
export function forcedMonotonicityRemarks(
  name: string,
  range: Range,
): (timeMs: number, forced: ForcedMonotonicity) => Annotation {
  const text = `input to histogram_quantile needed to be fixed for monotonicity (see ${HELP})${forMetric(name)}`;
  return (timeMs, forced) => ({ level: 'info', text, range, detail: new ForcedDetail(timeMs, timeMs, 1, forced) });
}
