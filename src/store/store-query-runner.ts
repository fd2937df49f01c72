// Queries as the front asks them: they run in the store.
import { err, ok, type Result } from '../base/result.ts';
import { QueryError } from '../query/promql/query-error.ts';
import type { QueryRunner } from '../query/promql/query-runner.ts';
import type { ParsedQuery, QueryOptions, QueryResult } from '../query/promql/query.ts';
import type { EvaluateAnswer, EvaluateArguments } from './evaluate.ts';
import { unpackResult } from './packed-result.ts';

/** Makes the call; rejects with STORE_UNAVAILABLE. */
export type CallEvaluate = (
  args: EvaluateArguments,
  signal: AbortSignal | undefined,
) => Promise<{ answer: EvaluateAnswer; payload: Uint8Array }>;

export class StoreQueryRunner implements QueryRunner {
  readonly #call: CallEvaluate;

  constructor(call: CallEvaluate) {
    this.#call = call;
  }

  instant(query: ParsedQuery, timeMs: number, options?: QueryOptions): Promise<Result<QueryResult, QueryError>> {
    return this.#run(query, { startMs: timeMs, endMs: timeMs, stepMs: 0 }, options);
  }

  range(
    query: ParsedQuery,
    startMs: number,
    endMs: number,
    stepMs: number,
    options?: QueryOptions,
  ): Promise<Result<QueryResult, QueryError>> {
    // An instant query goes by a step of 0.
    if (!(stepMs > 0))
      return Promise.resolve(err(new QueryError('bad_data', 'the step of a range query must be greater than 0')));
    return this.#run(query, { startMs, endMs, stepMs }, options);
  }

  async #run(
    { text }: ParsedQuery,
    times: { startMs: number; endMs: number; stepMs: number },
    { engine = {}, trace = false, signal }: QueryOptions = {},
  ): Promise<Result<QueryResult, QueryError>> {
    if (signal?.aborted === true) return err(new QueryError('canceled', 'query was canceled in expression evaluation'));
    const { answer, payload } = await this.#call({ query: text, ...times, engine, trace }, signal);
    if ('failure' in answer) return err(new QueryError(answer.failure.kind, answer.failure.message));
    return ok(unpackResult(answer.result, payload));
  }
}
