// What front and store say to each other.
import { CodedError } from '../base/coded-error.ts';
import type { EngineRequest } from '../storage/clickhouse/sql/requests.ts';
import type { TableStatistics } from '../storage/clickhouse/statistics.ts';
import type { BlockFile } from '../storage/ports/block-sink.ts';
import type { QueryLimits, QueryStatistics } from '../storage/ports/query-result.ts';
import type { DroppedPartition, RetentionPolicy } from '../storage/retention.ts';

/** What the store is started with, as JSON in its argument. */
export interface StoreSettings {
  /** Holds the engine's files. */
  readonly folder: string;
  /** A ClickHouse server instead of the embedded engine. */
  readonly server?: {
    readonly url: string;
    readonly user: string;
    readonly password: string;
    readonly database: string;
    readonly cluster?: string;
  };
  /** Bound of the embedded engine's memory. */
  readonly memoryBytes?: number;
}

/** Calls of the front: arguments and answer by name. */
export interface StoreCalls {
  run: {
    arguments: { readonly request: EngineRequest; readonly limits: QueryLimits };
    /** The columns themselves are the payload. */
    answer: { readonly names: readonly string[]; readonly statistics: QueryStatistics };
  };
  insert: { arguments: { readonly token: string; readonly files: readonly BlockFile[] }; answer: undefined };
  statistics: { arguments: undefined; answer: readonly TableStatistics[] };
  retain: {
    arguments: { readonly policy: RetentionPolicy; readonly nowMillis: number };
    answer: readonly DroppedPartition[];
  };
  ping: { arguments: undefined; answer: undefined };
  close: { arguments: undefined; answer: undefined };
}

export type StoreCallName = keyof StoreCalls;

export type ToStore =
  | { readonly id: number; readonly call: StoreCallName; readonly arguments: unknown }
  | { readonly id: number; readonly abort: true };

export interface PlainError {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

export type FromStore =
  | { readonly ready: true }
  | { readonly failed: PlainError }
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: PlainError };

export function toPlainError(error: unknown): PlainError {
  if (!(error instanceof CodedError)) {
    return { code: 'STORE_ERROR', status: 500, message: error instanceof Error ? error.message : String(error) };
  }
  const { code, status, message, retryAfterSeconds } = error;
  return { code, status, message, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

export function fromPlainError({ code, status, message, retryAfterSeconds }: PlainError): CodedError {
  return new CodedError(code, status, message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
}
