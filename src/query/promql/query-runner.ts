// Where queries are run: beside the samples, or in the process that has them.
import type { Result } from '../../base/result.ts';
import type { QueryError } from './query-error.ts';
import { runInstantQuery, runRangeQuery, type ParsedQuery, type QueryOptions, type QueryResult } from './query.ts';
import type { SeriesSource } from './series-source.ts';

/** Runs parsed queries. An engine that is away rejects with a CodedError (STORE_UNAVAILABLE); whatever is wrong with the query is a value. */
export interface QueryRunner {
  /** Evaluates at one time (Unix ms). */
  instant(query: ParsedQuery, timeMs: number, options?: QueryOptions): Promise<Result<QueryResult, QueryError>>;
  /** Evaluates at `startMs`, `startMs + stepMs`, … up to `endMs`. */
  range(
    query: ParsedQuery,
    startMs: number,
    endMs: number,
    stepMs: number,
    options?: QueryOptions,
  ): Promise<Result<QueryResult, QueryError>>;
}

/** Evaluates right here, over a source of series. */
export class LocalQueryRunner implements QueryRunner {
  readonly #source: SeriesSource;

  constructor(source: SeriesSource) {
    this.#source = source;
  }

  instant(query: ParsedQuery, timeMs: number, options?: QueryOptions): Promise<Result<QueryResult, QueryError>> {
    return runInstantQuery(query, timeMs, this.#source, options);
  }

  range(
    query: ParsedQuery,
    startMs: number,
    endMs: number,
    stepMs: number,
    options?: QueryOptions,
  ): Promise<Result<QueryResult, QueryError>> {
    return runRangeQuery(query, startMs, endMs, stepMs, this.#source, options);
  }
}
