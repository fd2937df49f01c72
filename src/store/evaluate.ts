// The call `evaluate`: a query runs in the store, beside the samples.
import { defaultEngineOptions, type EngineOptions } from '../query/promql/evaluation-state.ts';
import { allOptions } from '../query/promql/options.ts';
import type { QueryError, QueryErrorKind } from '../query/promql/query-error.ts';
import { ParsedQueries } from '../query/promql/parsed-queries.ts';
import { runInstantQuery, runRangeQuery } from '../query/promql/query.ts';
import type { SeriesSource } from '../query/promql/series-source.ts';
import { packResult, type PackedHead } from './packed-result.ts';

/** A query as text and what it is evaluated with. */
export interface EvaluateArguments {
  /** Was parsed by who asks; which part of the language is switched on is decided there. */
  readonly query: string;
  /** Unix milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  /** 0 is an instant query at `startMs`. */
  readonly stepMs: number;
  readonly engine: Partial<EngineOptions>;
  readonly trace: boolean;
}

/** The payload holds the samples of `result`. */
export type EvaluateAnswer =
  | { readonly result: PackedHead }
  | { readonly failure: { readonly kind: QueryErrorKind; readonly message: string } };

/** A source whose series are read until `release` is called. */
export interface ReleasedSource extends SeriesSource {
  release?(): void;
}

const queries = new ParsedQueries(allOptions);

/** Never rejects for what is wrong with the query; rejects with a CodedError when the engine is away. */
export async function evaluate(
  { query, startMs, endMs, stepMs, engine, trace }: EvaluateArguments,
  open: (options: EngineOptions) => ReleasedSource,
  signal: AbortSignal,
): Promise<readonly [EvaluateAnswer, Uint8Array?]> {
  const parsed = queries.read(query);
  if (!parsed.ok) return [{ failure: toFailure(parsed.error) }];
  const source = open({ ...defaultEngineOptions, ...engine });
  const options = { engine, trace, signal };
  try {
    const result =
      stepMs === 0
        ? await runInstantQuery(parsed.value, startMs, source, options)
        : await runRangeQuery(parsed.value, startMs, endMs, stepMs, source, options);
    if (!result.ok) return [{ failure: toFailure(result.error) }];
    // Packing copies: nothing of the result stands in the source's memory afterwards.
    const { head, payload } = packResult(result.value);
    return [{ result: head }, payload];
  } finally {
    source.release?.();
  }
}

const toFailure = ({ kind, message }: QueryError): { kind: QueryErrorKind; message: string } => ({ kind, message });
