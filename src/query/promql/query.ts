// The door: runs a query and gives its result with remarks and statistics. All failures are values.
import { err, ok, type Result } from '../../base/result.ts';
import { compareLabels, Labels } from '../../model/labels.ts';
import { typeOf, type Expression } from './ast.ts';
import { dropMarkedNames, Evaluator } from './evaluate.ts';
import { defaultEngineOptions, EvaluationState, type EngineOptions, type TraceStage } from './evaluation-state.ts';
import { makeGrid, type Grid } from './grid.ts';
import type { Matcher } from './matcher.ts';
import { shapeOf } from './evaluate-range-call.ts';
import { findExtendedBounds } from './extrapolated-rate.ts';
import { stockOptions, type LanguageOptions } from './options.ts';
import { parseQuery } from './parse.ts';
import { planSelections, type PlannedSelection } from './plan.ts';
import { showSyntaxError } from './position.ts';
import { prepareQuery, type QueryTimes } from './prepare.ts';
import { QueryError } from './query-error.ts';
import { RangeWindow } from './range-window.ts';
import { referenceTime } from './select-instant.ts';
import type { SelectedSeries, SeriesSource, SeriesStream } from './series-source.ts';
import { StreamedSelection } from './streamed-selection.ts';
import type { RangeSeries, Value, VectorBlock } from './values.ts';

/** Samples of one series of a result. */
export interface ResultSeries {
  readonly labels: Labels;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** What a query gives, by the names of the HTTP API. A vector's series have one sample each. */
export type QueryData =
  | { readonly type: 'vector' | 'matrix'; readonly series: readonly ResultSeries[] }
  | { readonly type: 'scalar'; readonly timeMs: number; readonly value: number }
  | { readonly type: 'string'; readonly timeMs: number; readonly text: string };

/** A result with everything that stands beside it. */
export interface QueryResult {
  readonly data: QueryData;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly statistics: QueryStatistics;
}

export interface QueryStatistics {
  readonly selections: readonly SelectionStatistics[];
  readonly samplesRead: number;
  readonly peakSamples: number;
  /** One line an expression, when asked for. */
  readonly trace: readonly TraceStage[];
}

/** One read of storage. */
export interface SelectionStatistics {
  readonly matchers: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly series: number;
  readonly samples: number;
  /** 0 for series that were read while they were evaluated. */
  readonly milliseconds: number;
}

/** How a query is run; whatever is left out is as in a plain Prometheus. */
export interface QueryOptions {
  readonly language?: LanguageOptions;
  readonly engine?: Partial<EngineOptions>;
  readonly signal?: AbortSignal;
  /** Times each expression, for EXPLAIN. */
  readonly trace?: boolean;
}

/** A query that was parsed once and is evaluated many times. */
export interface ParsedQuery {
  readonly text: string;
  readonly expression: Expression;
}

const MAX_POINTS = 11_000;
/** Samples of results that are evaluated in one go, without letting others run in between. */
const MAX_STREAMED = 4_000_000;
/** Numbers that a space for columns has room for, unless one of them needs more. */
const SPACE_NUMBERS = 4096;

/** Parses `text`; the error is worded as Prometheus words it. */
export function readQuery(text: string, language: LanguageOptions = stockOptions): Result<ParsedQuery, QueryError> {
  const parsed = parseQuery(text, language);
  if (!parsed.ok) return err(new QueryError('bad_data', showSyntaxError(text, parsed.error)));
  return ok({ text, expression: parsed.value });
}

class QueryRun {
  readonly #query: ParsedQuery;
  readonly #times: QueryTimes;
  readonly #state: EvaluationState;
  readonly #selections: (Omit<SelectionStatistics, 'matchers'> & { readonly matchers: readonly Matcher[] })[] = [];
  readonly #streams: (Pick<PlannedSelection, 'matchers' | 'fromMs' | 'toMs'> & {
    readonly selection: StreamedSelection;
  })[] = [];

  constructor(query: ParsedQuery, times: QueryTimes, source: SeriesSource, options: QueryOptions) {
    const engine = { ...defaultEngineOptions, ...options.engine };
    this.#query = query;
    this.#times = times;
    this.#state = new EvaluationState(engine, source, options.signal, options.trace === true);
  }

  async run(): Promise<QueryResult> {
    const state = this.#state;
    const { startMs, endMs, stepMs } = this.#times;
    state.checkAlive();
    const prepared = prepareQuery(this.#query.expression, this.#times);
    const grid = stepMs === 0 ? { startMs, intervalMs: 1, steps: 1 } : makeGrid(startMs, endMs, stepMs);
    await this.#read(prepared.expression, grid);
    const evaluator = new Evaluator(grid, state, prepared.stepInvariant);
    const value = grid.steps === 0 ? undefined : await evaluator.evaluate(prepared.expression);
    const data: QueryData =
      value === undefined
        ? { type: 'matrix', series: [] }
        : stepMs === 0
          ? this.#instantData(value, prepared.expression, grid)
          : this.#rangeData(value, grid);
    return {
      data,
      warnings: state.annotations.show('warning', this.#query.text),
      infos: state.annotations.show('info', this.#query.text),
      statistics: {
        selections: this.#statistics(),
        samplesRead: state.samplesRead,
        peakSamples: state.peakSamples,
        trace: state.trace ?? [],
      },
    };
  }

  async #read(expression: Expression, grid: Grid): Promise<void> {
    const { options, trace } = this.#state;
    const planned = planSelections(expression, grid, options);
    // A trace tells reading and evaluating apart.
    const streams = trace === undefined ? planned.filter(({ mayStream }) => mayStream) : [];
    const others = planned.filter((one) => !streams.includes(one));
    for (const one of others) await this.#select(one);
    if (!this.#openStreams(streams)) for (const one of streams) await this.#select(one);
  }

  async #select({ selector, matchers, fromMs, toMs, hints }: PlannedSelection): Promise<void> {
    const state = this.#state;
    const started = performance.now();
    const found = await state.source.select(matchers, fromMs, toMs, hints, state.signal);
    const series = hints.newestOnly ? found.map(lastSample) : found;
    state.checkAlive();
    const samples = series.reduce((sum, { times }) => sum + times.length, 0);
    state.samplesRead += samples;
    state.setHeld(state.heldSamples + samples);
    state.selected.set(selector, series);
    const milliseconds = performance.now() - started;
    this.#selections.push({ matchers, fromMs, toMs, series: series.length, samples, milliseconds });
  }

  /** Opens all of `planned` as they are at this moment, or none. */
  #openStreams(planned: readonly PlannedSelection[]): boolean {
    const state = this.#state;
    const opened = new Map<PlannedSelection, SeriesStream>();
    let size = 0;
    for (const one of planned) {
      const stream = state.source.stream?.(one.matchers, one.fromMs, one.toMs, one.hints);
      if (stream === undefined) return false;
      size += stream.size * one.steps;
      if (size > MAX_STREAMED) return false;
      opened.set(one, stream);
    }
    for (const [{ selector, matchers, fromMs, toMs }, stream] of opened) {
      const selection = new StreamedSelection(stream, state);
      state.streamed.set(selector, selection);
      this.#streams.push({ selection, matchers, fromMs, toMs });
    }
    return true;
  }

  #statistics(): SelectionStatistics[] {
    const streamed = this.#streams.map(({ selection: { series, samples }, ...rest }) => ({
      ...rest,
      series,
      samples,
      milliseconds: 0,
    }));
    return [...this.#selections, ...streamed].map((one) => ({
      ...one,
      matchers: `{${one.matchers.map(String).join(',')}}`,
    }));
  }

  #finished(block: VectorBlock): VectorBlock {
    return this.#state.options.delayedNameRemoval ? dropMarkedNames(block) : block;
  }

  #instantData(value: Value, expression: Expression, grid: Grid): QueryData {
    const timeMs = grid.startMs;
    if (value.kind === 'string') return { type: 'string', timeMs, text: value.text };
    if (value.kind === 'scalar') return { type: 'scalar', timeMs, value: value.values[0] ?? NaN };
    if (value.kind === 'matrix') return { type: 'matrix', series: this.#rangeVector(value.series, expression, grid) };
    return { type: 'vector', series: toSeries(this.#finished(value.block), grid) };
  }

  #rangeData(value: Value, grid: Grid): QueryData {
    if (value.kind === 'scalar') {
      const times = value.values.map((_, step) => grid.startMs + step * grid.intervalMs);
      return { type: 'matrix', series: [{ labels: Labels.empty, times, values: value.values }] };
    }
    if (value.kind !== 'vector') throw new Error(`a range query gave a ${value.kind}`);
    const series = toSeries(this.#finished(value.block), grid);
    return { type: 'matrix', series: series.toSorted((left, right) => compareLabels(left.labels, right.labels)) };
  }

  /** The samples inside the one window of an instant query for a range vector. */
  #rangeVector(series: readonly RangeSeries[], expression: Expression, grid: Grid): ResultSeries[] {
    const node = unwrapRange(expression);
    const found: ResultSeries[] = [];
    for (const one of series) {
      const samples = node === undefined ? one : cutWindow(one, node, grid.startMs, this.#state.options.lookbackMs);
      if (samples.times.length > 0)
        found.push({ labels: one.labels.labels, times: samples.times, values: samples.values });
    }
    return found.toSorted((left, right) => compareLabels(left.labels, right.labels));
  }
}

/** A source may give more than was asked for; what counts for limits and statistics does not depend on it. */
function lastSample(series: SelectedSeries): SelectedSeries {
  const { labels, times, values, startTimes } = series;
  const last = times.length - 1;
  if (last < 1) return series;
  const newest = { labels, times: times.subarray(last), values: values.subarray(last) };
  return startTimes === undefined ? newest : { ...newest, startTimes: startTimes.subarray(last) };
}

function unwrapRange(expression: Expression): (Expression & { kind: 'matrix' }) | undefined {
  if (expression.kind === 'parentheses') return unwrapRange(expression.expression);
  return expression.kind === 'matrix' ? expression : undefined;
}

function cutWindow(
  series: RangeSeries,
  node: Expression & { kind: 'matrix' },
  timeMs: number,
  lookbackMs: number,
): { times: Float64Array; values: Float64Array } {
  const endMs = referenceTime(node.vector, timeMs);
  const startMs = endMs - node.rangeMs;
  const { before, behind, extension } = shapeOf(node, lookbackMs);
  const { times, values } = series;
  const inside = Array.from(times.keys()).filter(
    (index) => (times[index] ?? 0) > startMs - before && (times[index] ?? 0) <= endMs + behind,
  );
  const window = new RangeWindow(() => {});
  window.times = Float64Array.from(inside, (index) => times[index] ?? 0);
  window.values = Float64Array.from(inside, (index) => values[index] ?? 0);
  if (extension === undefined || inside.length === 0) return window;
  window.to = inside.length;
  Object.assign(window, { startMs, endMs, extension });
  const bounds = findExtendedBounds(window, false);
  if (bounds === undefined) return { times: new Float64Array(0), values: new Float64Array(0) };
  let { first, last } = bounds;
  if (window.timeAt(first) <= startMs) first++;
  if (window.timeAt(last) >= endMs) last--;
  return {
    times: Float64Array.of(startMs, ...window.times.subarray(first, last + 1), endMs),
    values: Float64Array.of(bounds.left, ...window.values.subarray(first, last + 1), bounds.right),
  };
}

/** The times of steps that follow each other, each stretch one array: series that have the same share it. */
class StepTimes {
  readonly #all: Float64Array;
  readonly #stretches = new Map<number, Float64Array>();

  constructor({ steps, startMs, intervalMs }: Grid) {
    this.#all = Float64Array.from({ length: steps }, (_, step) => startMs + step * intervalMs);
  }

  at(step: number): number {
    return this.#all[step] as number;
  }

  between(from: number, behind: number): Float64Array {
    const key = from * (this.#all.length + 1) + behind;
    let times = this.#stretches.get(key);
    if (times === undefined) this.#stretches.set(key, (times = this.#all.subarray(from, behind)));
    return times;
  }
}

/** Memory for many short columns: one stretch after the other, as an array of its own each takes longer to get than to fill. */
class ColumnSpace {
  #free = new Float64Array(0);

  take(length: number): Float64Array {
    if (length > this.#free.length) this.#free = new Float64Array(Math.max(length, SPACE_NUMBERS));
    const column = this.#free.subarray(0, length);
    this.#free = this.#free.subarray(length);
    return column;
  }
}

function toSeries(block: VectorBlock, grid: Grid): ResultSeries[] {
  const series: ResultSeries[] = [];
  const { steps } = grid;
  const { present, values: all } = block;
  const times = new StepTimes(grid);
  const space = new ColumnSpace();
  block.labels.forEach((labels, row) => {
    const offset = row * steps;
    const end = offset + steps;
    const from = findIn(present, 1, offset, end);
    if (from === end) return;
    const behind = findIn(present, 0, from, end);
    if (findIn(present, 1, behind, end) === end) {
      // Nothing is missing in between, as in most series: no copy.
      series.push({ labels, times: times.between(from - offset, behind - offset), values: all.subarray(from, behind) });
    } else series.push({ labels, ...withoutGaps(block, offset, grid, times, space) });
  });
  return series;
}

/** The first place of `value` in [from, end), or `end`. */
function findIn(present: Uint8Array, value: number, from: number, end: number): number {
  let at = from;
  while (at < end && present[at] !== value) at++;
  return at;
}

function withoutGaps(
  { present, values: all }: VectorBlock,
  offset: number,
  { steps }: Grid,
  stepTimes: StepTimes,
  space: ColumnSpace,
): { times: Float64Array; values: Float64Array } {
  let count = 0;
  for (let at = offset; at < offset + steps; at++) count += present[at] as number;
  const times = space.take(count);
  const values = space.take(count);
  let to = 0;
  for (let step = 0; step < steps; step++) {
    if (present[offset + step] === 0) continue;
    times[to] = stepTimes.at(step);
    values[to++] = all[offset + step] as number;
  }
  return { times, values };
}

async function guard(run: () => Promise<QueryResult>): Promise<Result<QueryResult, QueryError>> {
  try {
    return ok(await run());
  } catch (error) {
    if (error instanceof QueryError) return err(error);
    throw error;
  }
}

/** Evaluates `query` at one time. */
export function runInstantQuery(
  query: ParsedQuery,
  timeMs: number,
  source: SeriesSource,
  options: QueryOptions = {},
): Promise<Result<QueryResult, QueryError>> {
  return guard(() => new QueryRun(query, { startMs: timeMs, endMs: timeMs, stepMs: 0 }, source, options).run());
}

/** Evaluates `query` at `startMs`, `startMs + stepMs`, … up to `endMs`. */
export async function runRangeQuery(
  query: ParsedQuery,
  startMs: number,
  endMs: number,
  stepMs: number,
  source: SeriesSource,
  options: QueryOptions = {},
): Promise<Result<QueryResult, QueryError>> {
  const type = typeOf(query.expression);
  if (type !== 'vector' && type !== 'scalar') {
    const name = type === 'string' ? 'string' : 'range vector';
    return err(
      new QueryError('bad_data', `invalid expression type "${name}" for range query, must be Scalar or instant Vector`),
    );
  }
  if (!(stepMs > 0)) return err(new QueryError('bad_data', 'the step of a range query must be greater than 0'));
  if ((endMs - startMs) / stepMs > MAX_POINTS)
    return err(
      new QueryError(
        'bad_data',
        `exceeded maximum resolution of ${MAX_POINTS} points per timeseries. Try decreasing the query resolution (?step=XX)`,
      ),
    );
  return guard(() => new QueryRun(query, { startMs, endMs, stepMs }, source, options).run());
}
