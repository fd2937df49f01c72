// Variance of a window by Welford's method with compensated sums.
import { KahanSum } from './kahan.ts';
import type { RangeWindow } from './range-window.ts';

/** Population variance of the window's values. */
export function computeVariance(window: RangeWindow): number {
  const mean = new KahanSum();
  const squares = new KahanSum();
  for (let i = window.from; i < window.to; i++) {
    const value = window.valueAt(i);
    const delta = value - (mean.sum + mean.compensation);
    mean.add(delta / (i - window.from + 1));
    squares.add(delta * (value - (mean.sum + mean.compensation)));
  }
  return (squares.sum + squares.compensation) / window.count;
}
