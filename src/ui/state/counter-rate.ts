// What a counter or gauge did in each step of a chart, computed from raw samples.
import type { SampleValue } from '../../api/metrics.ts';

export interface Samples {
  /** Milliseconds, ascending. */
  readonly times: readonly number[];
  readonly values: readonly SampleValue[];
}

/** A sample as a number; `null` (stale) becomes undefined. */
export function readSample(value: SampleValue | undefined): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'number') return value;
  return value === 'NaN' ? Number.NaN : value === '+Inf' ? Infinity : -Infinity;
}

/**
 * Increase a second between neighbouring samples. A value below the one before is a restart of the counter: what it shows is
 * what has come since. After a stale mark or a hole of `maxGapMillis` nothing is known until the second sample.
 */
export function computeRate(samples: Samples, maxGapMillis: number): { times: number[]; values: number[] } {
  const times: number[] = [];
  const values: number[] = [];
  let lastTime = Number.NaN;
  let lastValue = Number.NaN;
  samples.times.forEach((time, index) => {
    const value = readSample(samples.values[index]);
    if (value === undefined || !Number.isFinite(value)) {
      lastTime = Number.NaN;
      return;
    }
    const gap = time - lastTime;
    if (gap > 0 && gap <= maxGapMillis) {
      const increase = value < lastValue ? value : value - lastValue;
      times.push(time);
      values.push((increase * 1000) / gap);
    }
    lastTime = time;
    lastValue = value;
  });
  return { times, values };
}

/** The usual distance of two samples (the median), in milliseconds; 0 when there are fewer than two. */
export function typicalGap(times: readonly number[]): number {
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  gaps.sort((one, other) => one - other);
  return gaps[Math.floor(gaps.length / 2)] ?? 0;
}

/**
 * Sums series onto one grid of `step` ms: in each step the mean of every series' points, added up. `null` where no series has a point.
 * The grid's times are multiples of the step.
 */
export function sumOnGrid(
  series: readonly { readonly times: readonly number[]; readonly values: readonly number[] }[],
  grid: readonly number[],
  step: number,
  combine: 'sum' | 'mean',
): (number | null)[] {
  const total = new Float64Array(grid.length);
  const count = new Uint32Array(grid.length);
  const start = grid[0] ?? 0;
  for (const { times, values } of series) {
    const sums = new Float64Array(grid.length);
    const points = new Uint32Array(grid.length);
    times.forEach((time, index) => {
      const slot = Math.floor((time - start) / step);
      const value = values[index] ?? Number.NaN;
      if (slot < 0 || slot >= grid.length || Number.isNaN(value)) return;
      sums[slot]! += value;
      points[slot]! += 1;
    });
    points.forEach((number, slot) => {
      if (number === 0) return;
      total[slot]! += sums[slot]! / number;
      count[slot]! += 1;
    });
  }
  return grid.map((_, slot) => {
    const number = count[slot] ?? 0;
    if (number === 0) return null;
    return combine === 'sum' ? (total[slot] ?? 0) : (total[slot] ?? 0) / number;
  });
}
