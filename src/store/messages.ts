// What front and store say to each other.
import { CodedError } from '../base/coded-error.ts';
import type { RawAnswer } from '../storage/clickhouse/raw-answer.ts';
import type { EngineRequest } from '../storage/clickhouse/sql/requests.ts';
import type { TableStatistics } from '../storage/clickhouse/statistics.ts';
import type { BlockFile, InsertOutcome } from '../storage/ports/block-sink.ts';
import type { QueryLimits } from '../storage/ports/query-result.ts';
import type { DroppedPartition, RetentionPolicy } from '../storage/retention.ts';
import type { Cardinality } from './head/cardinality.ts';
import type { FeedHead } from './head/feed-batch.ts';
import type { LookUp, LookUpAnswer } from './head/look-up-series.ts';
import type { EvaluateAnswer, EvaluateArguments } from './evaluate.ts';

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
  /** Samples that the hot head holds at most; 0 is none. */
  readonly headSamples?: number;
  /** With more series than `limit`, and after `minimumMs`, the head begins anew. */
  readonly headSeries?: { readonly limit: number; readonly minimumMs: number };
  /** Bound of the embedded engine's memory. */
  readonly memoryBytes?: number;
}

/** Calls of the front: arguments and answer by name. */
export interface StoreCalls {
  run: {
    arguments: { readonly request: EngineRequest; readonly limits: QueryLimits };
    /** The columns themselves are the payload. */
    answer: Omit<RawAnswer, 'bytes'>;
  };
  /** A PromQL query; the samples of its result are the payload. */
  evaluate: { arguments: EvaluateArguments; answer: EvaluateAnswer };
  /** Which series there are, by the index. */
  lookUp: { arguments: LookUp; answer: LookUpAnswer };
  /** Where series come from, by the index; lists have at most `rows`. */
  cardinality: { arguments: { readonly rows: number }; answer: Cardinality | undefined };
  /** What the hot head holds. */
  head: { arguments: undefined; answer: HeadState };
  insert: {
    arguments: {
      readonly token: string;
      readonly files: readonly BlockFile[];
      /** See BlockSink. */
      readonly reliesOn?: string | undefined;
    };
    answer: InsertOutcome;
  };
  statistics: { arguments: undefined; answer: readonly TableStatistics[] };
  retain: {
    arguments: { readonly policy: RetentionPolicy; readonly nowMillis: number };
    answer: readonly DroppedPartition[];
  };
  ping: { arguments: undefined; answer: undefined };
  close: { arguments: undefined; answer: undefined };
}

/** The hot head, as the front may know it. */
export interface HeadState {
  /** It was filled from the tables after the store's start. */
  readonly isRebuilt: boolean;
  readonly series: number;
  readonly bytes: number;
  /** Samples (Unix ms) from here on are all in memory; Infinity when none are for certain. */
  readonly completeFromMs: number;
}

export type StoreCallName = keyof StoreCalls;

export type ToStore =
  | { readonly id: number; readonly call: StoreCallName; readonly arguments: unknown }
  | { readonly id: number; readonly abort: true }
  /** Acknowledged frames for the hot head; the payload has their rows. There is no answer. */
  | { readonly feed: FeedHead };

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
