// Why a query ended without an answer. It is thrown inside the evaluator and returned as a value by its door, query.ts.

/** `bad_data`: the query or its parameters; `execution`: the data do not allow it, or a limit; as the HTTP API names them. */
export type QueryErrorKind = 'bad_data' | 'execution' | 'canceled' | 'timeout' | 'internal';

/** A failure that the user caused or can do something about. */
export class QueryError extends Error {
  readonly kind: QueryErrorKind;

  constructor(kind: QueryErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Ends the evaluation because the data do not allow it. */
export function failExecution(message: string): never {
  throw new QueryError('execution', message);
}

/** Two series of a result have the same labels at the same time. */
export function failDuplicateLabels(): never {
  return failExecution('vector cannot contain metrics with the same labelset');
}

/** More samples would be in memory at once than may be. */
export function failTooManySamples(limit: number): never {
  return failExecution(
    `query processing would load too many samples into memory in query execution: the limit is ${limit} samples`,
  );
}
