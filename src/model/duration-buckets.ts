// Durations in a fixed set of buckets: eight to each doubling, so that a bucket is never wider than an eighth of what lies in it. The
// number of a bucket is cut out of the duration's double (exponent and three bits of the mantissa), which the engine can do as well.

/** Bits of a double that lie below the three highest of its mantissa, in its upper half. */
const SHIFT = 17;
/** So that the bucket of 1 ns is 1. */
const BASE = 1023 * 8 - 1;

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/** Bucket of a duration in ns: 0 for nothing, at most 505. */
export function durationBucket(nanos: number): number {
  double[0] = nanos;
  return Math.max(0, (halves[1]! >>> SHIFT) - BASE);
}

/** The shortest duration (ns) of a bucket. */
export function bucketStart(bucket: number): number {
  if (bucket <= 0) return 0;
  halves[0] = 0;
  halves[1] = (bucket + BASE) << SHIFT;
  return double[0]!;
}

/** The middle of a bucket: no duration in it is further away than a sixteenth of itself. */
export function bucketMiddle(bucket: number): number {
  return bucket <= 0 ? 0 : (bucketStart(bucket) + bucketStart(bucket + 1)) / 2;
}

/** How many durations (by weight) lie in each bucket. */
export type DurationHistogram = ReadonlyMap<number, number>;

/**
 * The durations (ns) at the quantiles `levels` (0–1, ascending): the smallest that so large a share does not exceed, within a
 * sixteenth (6.25 %). 0 for an empty histogram.
 */
export function durationQuantiles(histogram: DurationHistogram, levels: readonly number[]): number[] {
  const buckets = [...histogram].filter(([, count]) => count > 0).toSorted(([a], [b]) => a - b);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  let at = 0;
  let below = 0;
  return levels.map((level) => {
    while (at < buckets.length - 1 && below + buckets[at]![1] < level * total) below += buckets[at++]![1];
    return bucketMiddle(buckets[at]?.[0] ?? 0);
  });
}
