// Errors that a user sees: a code that the manual explains, and a sentence saying what was expected, what came, where, what to do.
// Every area keeps its own table; a test holds all tables against the manual.

/** code → HTTP status and the sentence made of its arguments. */
export type ErrorTable = Readonly<
  Record<string, { readonly status: number; readonly text: (...args: never[]) => string }>
>;

/** An error of a table; `status` is the HTTP status that answers it, `retryAfterSeconds` is set when trying again helps. */
export class CodedError extends Error {
  readonly code: string;
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: string,
    status: number,
    message: string,
    options: { retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CodedError';
    this.code = code;
    this.status = status;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Makes the error `code` of `table`; the arguments are those of its sentence. */
export function codedError<T extends ErrorTable, C extends keyof T & string>(
  table: T,
  code: C,
  ...args: Parameters<T[C]['text']>
): CodedError {
  const entry = table[code] as { status: number; text: (...values: Parameters<T[C]['text']>) => string };
  return new CodedError(code, entry.status, entry.text(...args));
}
