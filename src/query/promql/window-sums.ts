// Sums and means of all windows of a series.
import { computeKahanMean, computeKahanSum } from './kahan.ts';
import type { SeriesWalk } from './series-walk.ts';

/** Sums, or means, of all windows. False when nothing comes out. */
export function walkWindowSums(walk: SeriesWalk, isMean: boolean): boolean {
  const { values, results, present, offset, bounds } = walk;
  // Where no sum is rounded, the difference of two is what adding up the samples between them gives.
  const sums = walk.findExactSums();
  let found = false;
  for (let step = 0; step < walk.windows.steps; step++) {
    const from = bounds.from[step] as number;
    const to = bounds.to[step] as number;
    if (from === to) continue;
    let result: number;
    if (sums === undefined) result = isMean ? computeKahanMean(values, from, to) : computeKahanSum(values, from, to);
    else {
      result = (sums[to] as number) - (sums[from] as number);
      if (isMean) result /= to - from;
    }
    results[offset + step] = result;
    present[offset + step] = 1;
    found = true;
  }
  return found;
}
