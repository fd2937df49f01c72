// histogram_fraction over classic histograms: the share of observations between two bounds.
import type { Buckets } from './histogram-buckets.ts';

/** The share between `lower` and `upper`; NaN without observations or without the bucket +Inf. */
export function computeBucketFraction(lower: number, upper: number, buckets: Buckets): number {
  if (!buckets.hasInfinity) return NaN;
  const { bounds, counts } = buckets;
  const total = counts.at(-1) ?? 0;
  if (total === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return NaN;
  if (lower >= upper) return 0;
  const rankOf = (value: number): number => {
    let start = (bounds[0] ?? 0) <= 0 ? -Infinity : 0;
    let rank = 0;
    for (let i = 0; i < bounds.length; i++) {
      if (i > 0) start = bounds[i - 1] ?? NaN;
      const end = bounds[i] ?? NaN;
      const count = counts[i] ?? 0;
      if (start >= value) return rank;
      // A bucket without a lower end counts in full: nothing says where in it the observations lie.
      if (end > value) return start === -Infinity ? count : rank + ((count - rank) * (value - start)) / (end - start);
      rank = count;
    }
    return total;
  };
  return (Math.min(rankOf(upper), total) - Math.min(rankOf(lower), total)) / total;
}
