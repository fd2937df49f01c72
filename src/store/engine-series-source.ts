// Series and their samples from the tables, as PromQL's evaluator wants them.
import { CodedError } from '../base/coded-error.ts';
import { Labels, METRIC_NAME } from '../model/labels.ts';
import type { Matcher } from '../query/promql/matcher.ts';
import { QueryError } from '../query/promql/query-error.ts';
import type { SelectedSeries, SelectHints, SeriesSource } from '../query/promql/series-source.ts';
import type { RequestRunner } from '../storage/clickhouse/engine.ts';
import { readNativeBlocks } from '../storage/clickhouse/native/decode-native.ts';
import { readAnswer, type RawAnswer } from '../storage/clickhouse/raw-answer.ts';
import type { EngineRequest } from '../storage/clickhouse/sql/requests.ts';
import type { QueryLimits, QueryResult, ResultColumn } from '../storage/ports/query-result.ts';
import type { LabelMatcher } from '../storage/ports/telemetry-store.ts';
import { cutRuns } from '../storage/clickhouse/sample-runs.ts';

/** Series that one selector may have. */
const MAX_SERIES = 2_000_000;
const READ_MEMORY_BYTES = 1 << 30;

const operators = { '=': 'eq', '!=': 'ne', '=~': 're', '!~': 'nre' } as const;

export function toLabelMatchers(matchers: readonly Matcher[]): LabelMatcher[] {
  return matchers.map(({ name, operator, value }) => ({ name, op: operators[operator], value }));
}

/** What a read of the samples table is narrowed down to: metrics when they are known; series by name, all, or looked up by the matchers. */
export interface StoredSelection {
  readonly matchers: readonly Matcher[];
  readonly metrics: readonly string[] | undefined;
  readonly series: readonly bigint[] | 'all' | undefined;
}

/** Takes columns `series`, `time`, `value`, block by block. */
export interface SampleSink {
  add(columns: readonly ResultColumn[], rows: number): void;
}

type Pairs = readonly (readonly [string, string])[];

/** What a query may take of the engine. */
export interface ReadLimits {
  readonly milliseconds: number;
  readonly samples: number;
}

export class EngineSeriesSource implements SeriesSource {
  readonly #runner: RequestRunner;
  readonly #limits: ReadLimits;

  constructor(runner: RequestRunner, limits: ReadLimits) {
    this.#runner = runner;
    this.#limits = limits;
  }

  async select(
    matchers: readonly Matcher[],
    fromMs: number,
    toMs: number,
    _hints: SelectHints,
    signal: AbortSignal | undefined,
  ): Promise<readonly SelectedSeries[]> {
    const selection = { matchers: toLabelMatchers(matchers), fromMillis: fromMs, toMillis: toMs };
    const known = await this.#ask({ kind: 'series', selection, limit: MAX_SERIES }, MAX_SERIES, signal);
    if (known.rows === 0) return [];
    const ids = known.columns['series'] as BigUint64Array;
    const metric = known.columns['metric'] as readonly string[];
    const pairs = known.columns['labels'] as readonly Pairs[];
    const labels = new Map<bigint, Labels>();
    ids.forEach((id, row) => labels.set(id, Labels.of([[METRIC_NAME, metric[row]!], ...pairs[row]!])));
    const samples = await this.#ask({ kind: 'samples', selection }, this.#limits.samples, signal);
    const selected: SelectedSeries[] = [];
    if (samples.rows === 0) return selected;
    const { series, time, value } = samples.columns;
    cutRuns(series as BigUint64Array, time as BigInt64Array, value as Float64Array, (run) => {
      const own = labels.get(run.series);
      if (own !== undefined) selected.push({ labels: own, times: run.times, values: run.values });
    });
    return selected;
  }

  /** Reads the samples of [fromMs, toMs] in the order in which they are stored. */
  async readInto(
    sink: SampleSink,
    { matchers, metrics, series }: StoredSelection,
    fromMs: number,
    toMs: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const selection = { matchers: toLabelMatchers(matchers), fromMillis: fromMs, toMillis: toMs };
    const request = {
      kind: 'stored-samples',
      selection,
      ...(metrics === undefined ? {} : { metrics }),
      ...(series === undefined ? {} : { series }),
    } as const;
    const { bytes } = await this.#run(request, this.#limits.samples, signal);
    for (const { columns, rows } of readNativeBlocks(bytes)) {
      if (rows > 0)
        sink.add(
          columns.map(({ data }) => data),
          rows,
        );
    }
  }

  async #ask(request: EngineRequest, rows: number, signal: AbortSignal | undefined): Promise<QueryResult> {
    return readAnswer(await this.#run(request, rows, signal));
  }

  async #run(request: EngineRequest, rows: number, signal: AbortSignal | undefined): Promise<RawAnswer> {
    const limits: QueryLimits = {
      milliseconds: this.#limits.milliseconds,
      memoryBytes: READ_MEMORY_BYTES,
      resultRows: rows,
    };
    try {
      return await this.#runner.run(request, { limits, signal });
    } catch (error) {
      throw toQueryError(error, limits);
    }
  }
}

/** A bound that was met is the query's failure; an engine that is away is not. */
function toQueryError(error: unknown, { milliseconds, memoryBytes, resultRows }: QueryLimits): unknown {
  if (!(error instanceof CodedError)) return error;
  switch (error.code) {
    case 'QUERY_ABORTED':
      return new QueryError('canceled', 'query was canceled in expression evaluation');
    case 'QUERY_TIMEOUT':
      return new QueryError(
        'timeout',
        `query timed out in expression evaluation: the limit is ${milliseconds / 1000} s`,
      );
    case 'QUERY_ROWS':
      return new QueryError(
        'execution',
        `query processing would load too many samples into memory in query execution: the limit is ${resultRows} samples`,
      );
    case 'QUERY_MEMORY':
      return new QueryError(
        'execution',
        `query processing would need too much memory to read its samples: the limit is ${memoryBytes} bytes`,
      );
    default:
      return error;
  }
}
