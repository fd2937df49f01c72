// What all parts of one query's evaluation share: options, limits, remarks, the trace for EXPLAIN.
import { Annotations } from './annotations.ts';
import { failTooManySamples, QueryError } from './query-error.ts';
import type { SelectedSeries, SeriesSource } from './series-source.ts';
import type { StreamedSelection } from './streamed-selection.ts';
import type { VectorSelector } from './ast.ts';

const BREATH_MS = 15;

/** How an engine evaluates; `defaultEngineOptions` are a plain Prometheus' own. */
export interface EngineOptions {
  readonly lookbackMs: number;
  /** Step of a subquery that names none. */
  readonly defaultSubqueryStepMs: number;
  /** Samples that a query may hold in memory at once. */
  readonly maxSamples: number;
  readonly timeoutMs: number;
  /** Names are dropped at the end of the query, not by each function. */
  readonly delayedNameRemoval: boolean;
  /** `rate` and its like use the start times of counters. */
  readonly startTimestamps: boolean;
  /** Whether a series is a counter is told by the label `__type__`. */
  readonly typeAndUnitLabels: boolean;
}

export const defaultEngineOptions: EngineOptions = {
  lookbackMs: 300_000,
  defaultSubqueryStepMs: 60_000,
  maxSamples: 50_000_000,
  timeoutMs: 120_000,
  delayedNameRemoval: false,
  startTimestamps: false,
  typeAndUnitLabels: false,
};

/** One line of EXPLAIN. */
export interface TraceStage {
  readonly depth: number;
  readonly expression: string;
  milliseconds: number;
  series: number;
  samples: number;
}

/** The state of one query while it runs. */
export class EvaluationState {
  readonly options: EngineOptions;
  readonly source: SeriesSource;
  readonly signal: AbortSignal | undefined;
  readonly annotations = new Annotations();
  readonly selected = new Map<VectorSelector, readonly SelectedSeries[]>();
  readonly streamed = new Map<VectorSelector, StreamedSelection>();
  /** Streams that were opened and not read yet. */
  pendingStreams = 0;
  readonly trace: TraceStage[] | undefined;
  depth = 0;
  samplesRead = 0;
  #held = 0;
  #streamed = 0;
  #peak = 0;
  readonly #deadline: number;
  #lastBreath = performance.now();

  constructor(options: EngineOptions, source: SeriesSource, signal: AbortSignal | undefined, trace: boolean) {
    this.options = options;
    this.source = source;
    this.signal = signal;
    this.trace = trace ? [] : undefined;
    this.#deadline = performance.now() + options.timeoutMs;
  }

  get heldSamples(): number {
    return this.#held;
  }

  get peakSamples(): number {
    return this.#peak;
  }

  /** States how many samples are in memory now. */
  setHeld(samples: number): void {
    this.#held = samples;
    const all = samples + this.#streamed;
    if (all > this.#peak) this.#peak = all;
    if (all > this.options.maxSamples) failTooManySamples(this.options.maxSamples);
  }

  /** Counts samples of a stream, as if they were held: the limit is the same, however they are read. */
  addStreamed(samples: number): void {
    this.samplesRead += samples;
    this.#streamed += samples;
    this.setHeld(this.#held);
  }

  /** The series of a selector. Of a stream each is to be done with before the next. */
  seriesOf(selector: VectorSelector): Iterable<SelectedSeries> {
    return this.streamed.get(selector) ?? this.selected.get(selector) ?? [];
  }

  /** How many series a selector has at most. */
  sizeOf(selector: VectorSelector): number {
    return this.streamed.get(selector)?.size ?? this.selected.get(selector)?.length ?? 0;
  }

  /** Ends the query when it was cancelled or took too long. */
  checkAlive(): void {
    if (this.signal?.aborted === true) throw new QueryError('canceled', 'query was canceled in expression evaluation');
    if (performance.now() > this.#deadline) {
      throw new QueryError(
        'timeout',
        `query timed out in expression evaluation: the limit is ${this.options.timeoutMs / 1000} s`,
      );
    }
  }

  /** Time to let others run; if so, await `breathe()`. Not while something waits to be read as it is just now. */
  get needsBreath(): boolean {
    return this.pendingStreams === 0 && performance.now() - this.#lastBreath > BREATH_MS;
  }

  async breathe(): Promise<void> {
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    this.#lastBreath = performance.now();
    this.checkAlive();
  }
}
