// Instant selectors: at each step the newest sample within the lookback, unless it is a stale marker.
import type { VectorSelector } from './ast.ts';
import type { EvaluationState } from './evaluation-state.ts';
import type { Grid } from './grid.ts';
import type { SelectedSeries } from './series-source.ts';
import { isStaleMarker } from './stale.ts';
import { VectorBlock } from './values.ts';

/** The time that a selector looks at when the step is at `timeMs`. */
export function referenceTime(selector: { offsetMs: number; atMs: number | undefined }, timeMs: number): number {
  return (selector.atMs ?? timeMs) - selector.offsetMs;
}

/** Calls `visit` with the sample that `series` has at each step. */
function walkSamples(
  selector: VectorSelector,
  series: SelectedSeries,
  grid: Grid,
  lookbackMs: number,
  visit: (step: number, index: number) => void,
): void {
  const { times, values } = series;
  const { length } = times;
  let next = 0;
  let reference = referenceTime(selector, grid.startMs);
  const advance = selector.atMs === undefined ? grid.intervalMs : 0;
  for (let step = 0; step < grid.steps; step++, reference += advance) {
    while (next < length && (times[next] as number) <= reference) next++;
    const index = next - 1;
    if (index < 0 || (times[index] as number) <= reference - lookbackMs) continue;
    const value = values[index] as number;
    if (value !== value && isStaleMarker(values, index)) continue;
    visit(step, index);
  }
}

/** The sample values of each series at each step, or what `read` makes of the samples. */
export function pickSamples(
  selector: VectorSelector,
  grid: Grid,
  state: EvaluationState,
  read?: (series: SelectedSeries, index: number) => number,
): VectorBlock {
  const selected = state.selected.get(selector) ?? [];
  const block = new VectorBlock(grid.steps, selected.length);
  const { values: results, present } = block;
  for (const series of selected) {
    const { values, labels } = series;
    const offset = block.addRow(labels, false);
    let isEmpty = true;
    walkSamples(selector, series, grid, state.options.lookbackMs, (step, index) => {
      results[offset + step] = read === undefined ? (values[index] as number) : read(series, index);
      present[offset + step] = 1;
      isEmpty = false;
    });
    if (isEmpty) block.removeLastRow();
  }
  return block;
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
