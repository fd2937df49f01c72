// Instant selectors: at each step the newest sample within the lookback, unless it is a stale marker.
import type { VectorSelector } from './ast.ts';
import type { EvaluationState } from './evaluation-state.ts';
import type { Grid } from './grid.ts';
import { PerTimes } from './per-times.ts';
import type { RowSink } from './row-sink.ts';
import type { SelectedSeries } from './series-source.ts';
import { isStaleMarker } from './stale.ts';
import { VectorBlock } from './values.ts';

/** The time that a selector looks at when the step is at `timeMs`. */
export function referenceTime(selector: { offsetMs: number; atMs: number | undefined }, timeMs: number): number {
  return (selector.atMs ?? timeMs) - selector.offsetMs;
}

const NONE = -1;

/** For each step the newest of `times` that is no older than the lookback, or NONE; and where they are one after the other. */
interface Newest {
  readonly at: Int32Array;
  /** From this step on each has the sample behind that of the step before. */
  readonly runFrom: number;
  readonly runTo: number;
}

function findNewest(selector: VectorSelector, grid: Grid, lookbackMs: number, times: Float64Array): Newest {
  const newest = new Int32Array(grid.steps).fill(NONE);
  let next = 0;
  let reference = referenceTime(selector, grid.startMs);
  const advance = selector.atMs === undefined ? grid.intervalMs : 0;
  for (let step = 0; step < grid.steps; step++, reference += advance) {
    while (next < times.length && (times[next] as number) <= reference) next++;
    if (next > 0 && (times[next - 1] as number) > reference - lookbackMs) newest[step] = next - 1;
  }
  // With a step that is the interval of the samples nearly all steps are one run.
  let runFrom = 0;
  while (runFrom < grid.steps && newest[runFrom] === NONE) runFrom++;
  let runTo = runFrom;
  while (runTo < grid.steps && newest[runTo] === (newest[runFrom] as number) + runTo - runFrom) runTo++;
  return { at: newest, runFrom, runTo };
}

/** Writes the sample values of each series at each step, or what `read` makes of the samples, to `rows`. */
export function pickSamples(
  selector: VectorSelector,
  grid: Grid,
  state: EvaluationState,
  rows: RowSink,
  read?: (series: SelectedSeries, index: number) => number,
): void {
  const { steps } = grid;
  const newestOf = new PerTimes(steps, (times) => findNewest(selector, grid, state.options.lookbackMs, times));
  for (const series of state.seriesOf(selector)) {
    const { values } = series;
    const { at: newest, runFrom, runTo } = newestOf.of(series.times);
    const offset = rows.addRow(series.source ?? series.labels, false);
    const { values: results, present } = rows;
    let isEmpty = true;
    let start = runFrom;
    if (read === undefined) {
      const shift = (newest[runFrom] as number) - runFrom;
      for (; start < runTo; start++) {
        const value = values[start + shift] as number;
        // A NaN may be a stale marker: the steps from there on are looked at one by one.
        if (value !== value) break;
        results[offset + start] = value;
      }
      if (start > runFrom) {
        present.fill(1, offset + runFrom, offset + start);
        isEmpty = false;
      }
    }
    for (let step = start; step < steps; step++) {
      const index = newest[step] as number;
      if (index === NONE) continue;
      const value = values[index] as number;
      if (value !== value && isStaleMarker(values, index)) continue;
      results[offset + step] = read === undefined ? value : read(series, index);
      present[offset + step] = 1;
      isEmpty = false;
    }
    if (isEmpty) rows.removeLastRow();
  }
}

/** `selector smoothed`: at each step the value on the line between the samples before and behind it. */
export function pickSmoothed(selector: VectorSelector, grid: Grid, state: EvaluationState): VectorBlock {
  const selected = state.selected.get(selector) ?? [];
  const { lookbackMs } = state.options;
  const block = new VectorBlock(grid.steps, selected.length);
  for (const { labels, times: allTimes, values: allValues } of selected) {
    const { times, values } = withoutStale({ times: allTimes, values: allValues });
    const offset = block.addRow(labels, false);
    let isEmpty = true;
    let next = 0;
    for (let step = 0; step < grid.steps; step++) {
      const reference = referenceTime(selector, grid.startMs + step * grid.intervalMs);
      while (next < times.length && (times[next] ?? 0) < reference) next++;
      const right = times[next] ?? Infinity;
      const left = next > 0 ? (times[next - 1] ?? -Infinity) : -Infinity;
      const hasRight = right <= reference + lookbackMs;
      const hasLeft = left > reference - lookbackMs;
      if (hasRight && right === reference) block.values[offset + step] = values[next] ?? 0;
      else if (!hasLeft) continue;
      else if (hasRight) {
        const [from, to] = [values[next - 1] ?? 0, values[next] ?? 0];
        block.values[offset + step] = from + ((to - from) * (reference - left)) / (right - left);
      } else block.values[offset + step] = values[next - 1] ?? 0;
      block.present[offset + step] = 1;
      isEmpty = false;
    }
    if (isEmpty) block.removeLastRow();
  }
  return block;
}

interface SampleArrays {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly startTimes?: Float64Array | undefined;
}

/** The samples without stale markers; the same arrays when there are none. */
export function withoutStale(samples: SampleArrays): SampleArrays {
  const { times, values, startTimes } = samples;
  let stale = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    // Numbers equal themselves.
    if (value !== value && isStaleMarker(values, i)) stale++;
  }
  if (stale === 0) return samples;
  const kept = Uint32Array.from(times.keys()).filter((index) => !isStaleMarker(values, index));
  const pick = (column: Float64Array): Float64Array => Float64Array.from(kept, (index) => column[index] ?? 0);
  return {
    times: pick(times),
    values: pick(values),
    startTimes: startTimes === undefined ? undefined : pick(startTimes),
  };
}
