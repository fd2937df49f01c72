// Functions over range vectors: two pointers walk along each series while the window moves over the grid.
import { METRIC_NAME } from '../../model/labels.ts';
import type { Annotation } from './annotations.ts';
import type { MatrixSelector, Subquery } from './ast.ts';
import type { CallContext, RangeFunction } from './function.ts';
import type { Grid } from './grid.ts';
import { failDuplicateLabels, failExecution } from './query-error.ts';
import { RangeWindow } from './range-window.ts';
import { dropReservedOf, saysMeasure } from './reserved-labels.ts';
import type { RowSink } from './row-sink.ts';
import { referenceTime } from './select-instant.ts';
import { SeriesWalk } from './series-walk.ts';
import type { RangeSeries } from './values.ts';
import { functions } from './functions/table.ts';

const counterSuffixes: readonly string[] = ['_total', '_sum', '_count', '_bucket'];

/** A range vector: its series and how its windows lie. */
export interface RangeInput {
  readonly series: Iterable<RangeSeries>;
  /** There are at most so many. */
  readonly size: number;
  readonly node: MatrixSelector | Subquery;
  /** Where `@` and `offset` stand. */
  readonly modifiers: { readonly offsetMs: number; readonly atMs: number | undefined };
}

interface WindowShape {
  readonly before: number;
  readonly behind: number;
  readonly extension: 'anchored' | 'smoothed' | undefined;
}

/** How far the samples of a window reach beyond its bounds. */
export function shapeOf(node: MatrixSelector | Subquery, lookbackMs: number): WindowShape {
  const vector = node.kind === 'matrix' ? node.vector : undefined;
  if (vector?.anchored === true) return { before: lookbackMs, behind: 0, extension: 'anchored' };
  if (vector?.smoothed === true) return { before: lookbackMs, behind: lookbackMs, extension: 'smoothed' };
  return { before: 0, behind: 0, extension: undefined };
}

/** The only window that does not move, or `undefined`. */
export type WindowVisitor = (window: RangeWindow, step: number) => void;

/** Calls `visit` for each step at which the window of `series` has samples. */
export function walkWindows(
  series: RangeSeries,
  input: RangeInput,
  grid: Grid,
  lookbackMs: number,
  window: RangeWindow,
  visit: WindowVisitor,
): void {
  const { rangeMs } = input.node;
  const { before, behind, extension } = shapeOf(input.node, lookbackMs);
  const { times } = series;
  window.times = times;
  window.values = series.values;
  window.startTimes = series.startTimes;
  window.extension = extension;
  window.rangeMs = rangeMs;
  window.metricName = series.labels.get(METRIC_NAME);
  let from = 0;
  let to = 0;
  const count = times.length;
  for (let step = 0; step < grid.steps; step++) {
    const timeMs = grid.startMs + step * grid.intervalMs;
    const endMs = referenceTime(input.modifiers, timeMs);
    const startMs = endMs - rangeMs;
    while (to < count && (times[to] as number) <= endMs + behind) to++;
    while (from < to && (times[from] as number) <= startMs - before) from++;
    if (from === to) continue;
    window.from = from;
    window.to = to;
    window.startMs = startMs;
    window.endMs = endMs;
    window.evaluationMs = timeMs;
    visit(window, step);
  }
}

/** The name that all series of a selector have, where it says so. */
function findName(node: MatrixSelector | Subquery): string | undefined {
  const matchers = node.kind === 'matrix' ? node.vector.matchers : [];
  const value = matchers.find(({ name, operator }) => name === METRIC_NAME && operator === '=')?.value;
  return value === '' ? undefined : value;
}

function checkExtension(fn: RangeFunction, extension: 'anchored' | 'smoothed' | undefined): void {
  if (extension === undefined || fn.extensions?.includes(extension) === true) return;
  const usable = functions.filter((one) => one.kind === 'range' && one.extensions?.includes(extension) === true);
  const names = usable.map(({ name }) => name).toSorted();
  failExecution(`${extension} modifier can only be used with: ${names.join(', ')} - not with ${fn.name}`);
}

function remarkOnName(fn: RangeFunction, series: RangeSeries, context: CallContext, window: RangeWindow): void {
  const name = series.labels.get(METRIC_NAME);
  if (fn.wantsCounter !== true || name === '') return;
  const { annotations, options } = context.state;
  if (options.typeAndUnitLabels) {
    const type = series.labels.get('__type__');
    if (type === 'counter' || type === 'histogram') return;
    annotations.inform(
      `metric might not be a counter, __type__ label is not set to "counter" or "histogram", got ${JSON.stringify(type)}: ${JSON.stringify(name)}`,
      window.selectorRange,
    );
  } else if (!counterSuffixes.some((suffix) => name.endsWith(suffix))) {
    annotations.inform(
      `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${JSON.stringify(name)}`,
      window.selectorRange,
    );
  }
}

/** Evaluates `fn` for all series of `input` and writes a row for each to `rows`; `scalars` are its other arguments. */
export async function evaluateRangeCall(
  fn: RangeFunction,
  context: CallContext,
  input: RangeInput,
  scalars: readonly Float64Array[],
  rows: RowSink,
): Promise<void> {
  const { grid, state, call } = context;
  const { lookbackMs, delayedNameRemoval, startTimestamps, typeAndUnitLabels } = state.options;
  checkExtension(fn, shapeOf(input.node, lookbackMs).extension);
  const window = new RangeWindow((annotation: Annotation) => state.annotations.add(annotation));
  // Remarks on a subquery stand at the start of the query, as Prometheus has them.
  window.argumentRanges = call.arguments.map(({ kind, range }) => (kind === 'subquery' ? { start: 0, end: 0 } : range));
  window.selectorRange = window.argumentRanges[0] ?? call.range;
  const usesStartTimes = startTimestamps && fn.usesStartTimes === true;
  let offset = 0;
  let found = false;
  const visit: WindowVisitor = (current, step) => {
    for (let i = 0; i < scalars.length; i++) current.scalars[i] = scalars[i]?.[step] ?? NaN;
    if (!usesStartTimes) current.startTimes = undefined;
    if (!fn.compute(current)) return;
    rows.values[offset + step] = current.result;
    rows.present[offset + step] = 1;
    found = true;
  };
  const isPlain = !usesStartTimes && shapeOf(input.node, lookbackMs).extension === undefined;
  const computeSeries = isPlain ? fn.computeSeries : undefined;
  const walk = new SeriesWalk(
    {
      firstEndMs: referenceTime(input.modifiers, grid.startMs),
      advanceMs: input.modifiers.atMs === undefined ? grid.intervalMs : 0,
      steps: grid.steps,
      rangeMs: input.node.rangeMs,
    },
    rows.values,
    rows.present,
  );
  const commonName = findName(input.node);
  // Names mostly stay the same from series to series, and so do the remarks on them.
  let remarkedName: string | undefined;
  const remarkOnce = (series: RangeSeries): void => {
    const name = commonName ?? series.labels.get(METRIC_NAME);
    if (name === remarkedName && !typeAndUnitLabels) return;
    remarkedName = name;
    remarkOnName(fn, series, context, window);
  };
  // Series of one name differ in the rest of their labels, unless more than the name was taken from them.
  let mayCollide = commonName === undefined;
  for (const series of input.series) {
    if (state.needsBreath) await state.breathe();
    const dropName = fn.keepsName !== true || series.dropName;
    const dropsNow = dropName && !delayedNameRemoval;
    const labels = dropsNow ? dropReservedOf(series.labels) : series.labels;
    if (dropsNow && saysMeasure(series.labels)) mayCollide = true;
    offset = rows.addRow(labels, dropName);
    found = false;
    if (computeSeries === undefined) walkWindows(series, input, grid, lookbackMs, window, visit);
    else {
      walk.take(series.times, series.values, offset);
      found = computeSeries(walk);
    }
    if (found) remarkOnce(series);
    else rows.removeLastRow();
  }
  if (
    mayCollide &&
    !delayedNameRemoval &&
    new Set(rows.labels.map(({ labels }) => labels.key)).size !== rows.labels.length
  )
    failDuplicateLabels();
}
