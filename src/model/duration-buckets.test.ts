import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketMiddle, bucketStart, durationBucket, durationQuantiles } from './duration-buckets.ts';

const duration = fc.oneof(fc.nat(20), fc.nat(10_000_000_000), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(Number));

test('a bucket begins at its start, ends where the next begins, and its middle is within a sixteenth', () => {
  fc.assert(
    fc.property(duration, (nanos) => {
      const bucket = durationBucket(nanos);
      expect(bucket).toBeLessThanOrEqual(505);
      expect(bucketStart(bucket)).toBeLessThanOrEqual(nanos);
      expect(bucketStart(bucket + 1)).toBeGreaterThan(nanos);
      expect(Math.abs(bucketMiddle(bucket) - nanos)).toBeLessThanOrEqual(nanos / 16);
    }),
    { numRuns: 2000 },
  );
});

test('quantiles by weight are within a sixteenth of the nearest rank', () => {
  const weighted = fc.array(fc.tuple(duration, fc.integer({ min: 1, max: 20 })), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(weighted, (rows) => {
      const histogram = new Map<number, number>();
      for (const [nanos, weight] of rows)
        histogram.set(durationBucket(nanos), (histogram.get(durationBucket(nanos)) ?? 0) + weight);
      const all = rows
        .flatMap(([nanos, weight]) => Array.from({ length: weight }, () => nanos))
        .toSorted((a, b) => a - b);
      const levels = [0.5, 0.75, 1];
      durationQuantiles(histogram, levels).forEach((found, i) => {
        const exact = all[Math.max(0, Math.ceil(levels[i]! * all.length) - 1)]!;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact / 16);
      });
    }),
  );
  expect(durationQuantiles(new Map(), [0.5, 0.99])).toEqual([0, 0]);
});
