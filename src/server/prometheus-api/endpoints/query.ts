// /query and /query_range: PromQL at one time, or over a range.
import type { Result } from '../../../base/result.ts';
import type { LanguageOptions } from '../../../query/promql/options.ts';
import type { QueryError } from '../../../query/promql/query-error.ts';
import type { QueryRunner } from '../../../query/promql/query-runner.ts';
import { ParsedQueries } from '../../../query/promql/parsed-queries.ts';
import type { ParsedQuery, QueryData, QueryOptions, QueryResult } from '../../../query/promql/query.ts';
import { ApiError, failParameter } from '../api-error.ts';
import { JsonBytes, type ApiAnswer, type ApiCall, type Endpoint } from '../endpoint.ts';
import { readDuration, readLimit, readNeededDuration, readOptionalTime, readTime, truncate } from '../parameters.ts';
import type { QueryGate } from '../query-gate.ts';
import { showStatistics } from '../show-statistics.ts';
import { expectBytes, writeQueryData } from '../write-data.ts';

const MAX_POINTS = 11_000;
/** A query that takes longer is ended; `timeout` may only ask for less. */
const MAX_TIMEOUT_MS = 120_000;
/** More samples do not fit into one answer. */
const MAX_RESULT_SAMPLES = 10_000_000;
const MAX_REMARKS = 10;

export interface QueryParts {
  readonly queries: QueryRunner;
  readonly gate: QueryGate;
  readonly language: LanguageOptions;
  readonly now: () => number;
}

type Run = (query: ParsedQuery, options: QueryOptions) => Promise<Result<QueryResult, QueryError>>;

function showSome(remarks: readonly string[], level: string): readonly string[] {
  if (remarks.length <= MAX_REMARKS) return remarks;
  const more = remarks.length - MAX_REMARKS;
  return [...remarks.slice(0, MAX_REMARKS), `${more} more ${level} annotations omitted`];
}

function warnOfStats(stats: string): string[] {
  if (['', 'true', 'all'].includes(stats)) return [];
  return [
    `value ${JSON.stringify(stats)} for parameter "stats" is deprecated and will be rejected in the next major release, use "true" or "all"`,
  ];
}

function limitSeries(data: QueryData, limit: number): { data: QueryData; warnings: readonly string[] } {
  if (data.type !== 'vector' && data.type !== 'matrix') return { data, warnings: [] };
  const { list, warnings } = truncate(data.series, limit);
  return { data: { ...data, series: list }, warnings };
}

function checkSize(data: QueryData): void {
  if (data.type !== 'matrix') return;
  const samples = data.series.reduce((sum, { times }) => sum + times.length, 0);
  if (samples > MAX_RESULT_SAMPLES)
    throw new ApiError(
      'execution',
      `the result has ${samples} samples, more than the ${MAX_RESULT_SAMPLES} of an answer: aggregate, or ask for a larger step or a shorter range`,
    );
}

class QueryEndpoints {
  readonly #parts: QueryParts;
  readonly #parsed: ParsedQueries;

  constructor(parts: QueryParts) {
    this.#parts = parts;
    this.#parsed = new ParsedQueries(parts.language);
  }

  instant(call: ApiCall): Promise<ApiAnswer> {
    const { form } = call;
    const limit = readLimit(form);
    const timeMs = readOptionalTime(form, 'time', this.#parts.now());
    return this.#run(call, limit, (query, options) => this.#parts.queries.instant(query, timeMs, options));
  }

  range(call: ApiCall): Promise<ApiAnswer> {
    const { form } = call;
    const limit = readLimit(form);
    const startMs = readTime(form, 'start');
    const endMs = readTime(form, 'end');
    if (endMs < startMs) failParameter('end', 'end timestamp must not be before start time');
    const stepMs = Math.trunc(readNeededDuration(form, 'step'));
    if (stepMs <= 0)
      failParameter('step', 'zero or negative query resolution step widths are not accepted. Try a positive integer');
    if (Math.trunc((endMs - startMs) / stepMs) > MAX_POINTS)
      throw new ApiError(
        'bad_data',
        'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
      );
    return this.#run(call, limit, (query, options) =>
      this.#parts.queries.range(query, startMs, endMs, stepMs, options),
    );
  }

  async #run({ form, signal }: ApiCall, limit: number, run: Run): Promise<ApiAnswer> {
    const { gate, language } = this.#parts;
    const asked = readDuration(form, 'timeout') ?? MAX_TIMEOUT_MS;
    const timeoutMs = Math.trunc(Math.min(Math.max(0, asked), MAX_TIMEOUT_MS));
    const lookbackMs = this.#readLookback(form);
    const text = form.get('query') ?? '';
    const query = this.#parsed.read(text);
    if (!query.ok) return failParameter('query', query.error.message);
    const began = performance.now();
    // The turn may come late: what waits is told by the same clock as what runs.
    const ends = (): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    let queueMs = 0;
    const result = await gate.run(ends, () => {
      queueMs = performance.now() - began;
      const engine = {
        timeoutMs: Math.max(0, timeoutMs - queueMs),
        ...(lookbackMs === undefined ? {} : { lookbackMs }),
      };
      return run(query.value, { language, engine, signal });
    });
    if (!result.ok) {
      if (result.error.kind === 'bad_data') failParameter('query', result.error.message);
      throw result.error;
    }
    const { warnings, infos } = result.value;
    const limited = limitSeries(result.value.data, limit);
    checkSize(limited.data);
    const stats = form.get('stats') ?? '';
    const statistics =
      stats === ''
        ? ''
        : `,"stats":${JSON.stringify(showStatistics(result.value.statistics, queueMs, performance.now() - began))}`;
    return {
      data: new JsonBytes(expectBytes(limited.data), (out) => {
        out.text('{');
        writeQueryData(limited.data, out);
        out.text(`${statistics}}`);
      }),
      warnings: showSome([...warnings, ...limited.warnings, ...warnOfStats(stats)], 'warning'),
      infos: showSome(infos, 'info'),
    };
  }

  #readLookback(form: URLSearchParams): number | undefined {
    const text = form.get('lookback_delta') ?? '';
    if (text === '') return undefined;
    try {
      // A lookback of 0 is the default one.
      return readDuration(form, 'lookback_delta') || undefined;
    } catch {
      throw new ApiError(
        'bad_data',
        `error parsing lookback delta duration: cannot parse ${JSON.stringify(text)} to a valid duration`,
      );
    }
  }
}

export function queryEndpoints(parts: QueryParts): readonly Endpoint[] {
  const endpoints = new QueryEndpoints(parts);
  return [
    { path: '/query', post: true, answer: (call) => endpoints.instant(call) },
    { path: '/query_range', post: true, answer: (call) => endpoints.range(call) },
  ];
}
