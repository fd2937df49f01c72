const MILLISECOND = 1_000_000n;
const SECOND = 1000n * MILLISECOND;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;
const ROUND: readonly bigint[] = [
  ...[1n, 2n, 5n, 10n, 20n, 50n, 100n, 200n, 500n].map((count) => count * MILLISECOND),
  ...[1n, 2n, 5n, 10n, 15n, 30n].map((count) => count * SECOND),
  ...[1n, 2n, 5n, 10n, 15n, 30n].map((count) => count * MINUTE),
  ...[1n, 2n, 3n, 6n, 12n].map((count) => count * HOUR),
  ...[1n, 2n, 7n, 14n, 28n].map((count) => count * DAY),
];

/** The smallest round width (ns) that cuts `span` (ns) into at most `buckets` pieces; never below a millisecond. */
export function chooseBucketWidth(span: bigint, buckets: number): bigint {
  const wanted = span / BigInt(buckets);
  const found = ROUND.find((width) => width >= wanted);
  if (found !== undefined) return found;
  return ((wanted + 28n * DAY - 1n) / (28n * DAY)) * 28n * DAY;
}
