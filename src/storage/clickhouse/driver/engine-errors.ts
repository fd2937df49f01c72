// Errors of the engine (its numeric codes, src/Common/ErrorCodes.cpp of ClickHouse) as errors that a user of Holter understands.
import { CodedError, codedError, type ErrorTable } from '../../../base/coded-error.ts';

export const storageErrors = {
  STORE_IN_USE: {
    status: 503,
    text: (folder: string) =>
      `the data directory ${folder} is in use by another process; stop that one, or name another directory with --data`,
  },
  STORE_SCHEMA_NEWER: {
    status: 500,
    text: (found: number, known: number) =>
      `the database has schema version ${found}, this program knows versions up to ${known}; start it with the newer program that wrote the data, or name another directory with --data`,
  },
  BLOCK_REFUSED: {
    status: 500,
    text: (table: string, reason: string) => `the engine refused a block for table ${table}: ${reason}`,
  },
  QUERY_TIMEOUT: {
    status: 503,
    text: (milliseconds: number) =>
      `the query took longer than its limit of ${milliseconds} ms; narrow the time range or the filters`,
  },
  QUERY_MEMORY: {
    status: 422,
    text: (bytes: number) =>
      `the query needs more memory than its limit of ${bytes} bytes; narrow the time range or group by less`,
  },
  QUERY_ROWS: {
    status: 422,
    text: (rows: number) => `the answer has more rows than its limit of ${rows}; narrow the time range or the filters`,
  },
  QUERY_ABORTED: { status: 499, text: () => 'the query was stopped because nobody waits for it any more' },
  QUERY_REFUSED: { status: 400, text: (reason: string) => `the engine refused the query: ${reason}` },
  TOO_MANY_QUERIES: {
    status: 429,
    text: (waiting: number) => `${waiting} queries are waiting already; try again in a moment`,
  },
} satisfies ErrorTable;

const RETRY_SECONDS = 2;

/** The engine is not there, or not able to: trying again helps. */
export function storeUnavailable(reason: string, cause?: unknown): CodedError {
  const message = `the storage engine is not available: ${reason}; what was acknowledged is safe in the spool, try again`;
  return new CodedError('STORE_UNAVAILABLE', 503, message, {
    retryAfterSeconds: RETRY_SECONDS,
    ...(cause === undefined ? {} : { cause }),
  });
}

// Failures that say nothing about the data: time, network, memory, space, rights, tables that are missing, too many parts, a
// read-only or stopping engine.
const passing = new Set([
  60, 74, 75, 76, 81, 159, 160, 173, 192, 193, 194, 198, 202, 203, 209, 210, 225, 236, 241, 242, 243, 252, 254, 279,
  285, 286, 287, 319, 335, 364, 373, 394, 415, 425, 439, 497, 516, 571, 574, 594, 636, 668, 700, 733, 999,
]);

/** Code and first line of an engine's message `Code: 241. DB::Exception: … (MEMORY_LIMIT_EXCEEDED)`. */
export function readEngineError(error: unknown): { code: number | undefined; text: string } {
  const message = error instanceof Error ? error.message : String(error);
  const own = (error as { code?: unknown }).code;
  const code = /Code: (\d+)\./.exec(message)?.[1] ?? (typeof own === 'string' && /^\d+$/.test(own) ? own : undefined);
  const text = message.replace(/^Code: \d+\. DB::Exception: /, '').split('\n', 1)[0]!;
  return { code: code === undefined ? undefined : Number(code), text };
}

/** What a failed insert means for the block: trying again helps (STORE_UNAVAILABLE), or never will (BLOCK_REFUSED). */
export function insertError(table: string, error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  const { code, text } = readEngineError(error);
  if (code === undefined || passing.has(code) || text.includes('bad_alloc')) return storeUnavailable(text, error);
  return codedError(storageErrors, 'BLOCK_REFUSED', table, text);
}

export function queryError(
  error: unknown,
  limits: { milliseconds: number; memoryBytes: number; resultRows: number },
): CodedError {
  if (error instanceof CodedError) return error;
  const { code, text } = readEngineError(error);
  if (code === 159) return codedError(storageErrors, 'QUERY_TIMEOUT', limits.milliseconds);
  if (code === 241) return codedError(storageErrors, 'QUERY_MEMORY', limits.memoryBytes);
  if (code === 396) return codedError(storageErrors, 'QUERY_ROWS', limits.resultRows);
  if (code === 394) return codedError(storageErrors, 'QUERY_ABORTED');
  if (code === undefined || passing.has(code)) return storeUnavailable(text, error);
  return codedError(storageErrors, 'QUERY_REFUSED', text);
}
