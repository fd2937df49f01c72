// Least squares over a window, with compensated sums.
import { KahanSum } from './kahan.ts';
import type { RangeWindow } from './range-window.ts';

/** Slope a second, and the value at `interceptMs`. A constant series has slope 0, a constantly infinite one NaN. */
export function fitLine(window: RangeWindow, interceptMs: number): { slope: number; intercept: number } {
  const sumX = new KahanSum();
  const sumY = new KahanSum();
  const sumXY = new KahanSum();
  const sumX2 = new KahanSum();
  const first = window.valueAt(window.from);
  let isConstant = true;
  for (let i = window.from; i < window.to; i++) {
    const y = window.valueAt(i);
    if (i > window.from && y !== first) isConstant = false;
    const x = (window.timeAt(i) - interceptMs) / 1000;
    sumX.add(x);
    sumY.add(y);
    sumXY.add(x * y);
    sumX2.add(x * x);
  }
  if (isConstant)
    return Number.isFinite(first) || Number.isNaN(first)
      ? { slope: 0, intercept: first }
      : { slope: NaN, intercept: NaN };
  const count = window.count;
  const x = sumX.sum + sumX.compensation;
  const y = sumY.sum + sumY.compensation;
  const covariance = sumXY.sum + sumXY.compensation - (x * y) / count;
  const variance = sumX2.sum + sumX2.compensation - (x * x) / count;
  const slope = covariance / variance;
  return { slope, intercept: y / count - (slope * x) / count };
}
