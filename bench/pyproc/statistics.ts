/** The middle of the sorted figures. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Chance that of `count` fair coins at least `heads` fall on heads. */
function tail(count: number, heads: number): number {
  let chance = 0;
  let ways = 1;
  for (let k = 0; k <= count; k++) {
    if (k >= heads) chance += ways / 2 ** count;
    ways = (ways * (count - k)) / (k + 1);
  }
  return chance;
}

/**
 * One-sided 95 % upper bound of the median, whatever the distribution: the smallest order statistic that lies below the
 * median in at most 5 % of all samples of this size. With fewer than five figures there is none, and the largest is given.
 */
export function upperBound(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  for (let rank = 1; rank <= sorted.length; rank++) if (tail(sorted.length, rank) <= 0.05) return sorted[rank - 1]!;
  return sorted.at(-1)!;
}
