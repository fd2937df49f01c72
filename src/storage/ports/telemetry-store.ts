// The storage ports of logs, traces and metrics: a plan goes in, columns come out. Calls run concurrently; all reject with a
// CodedError (STORE_UNAVAILABLE while the engine is down) and stop when `signal` aborts.
import type { FieldNamesPlan, GroupPlan, RowPlan, TimeRange } from './plan.ts';
import type { QueryLimits, QueryResult } from './query-result.ts';

export interface QueryOptions {
  readonly limits?: QueryLimits;
  readonly signal?: AbortSignal;
}

export interface LogStore {
  query(plan: RowPlan | GroupPlan | FieldNamesPlan, options?: QueryOptions): Promise<QueryResult>;
}

export interface TraceStore {
  query(plan: RowPlan | GroupPlan | FieldNamesPlan, options?: QueryOptions): Promise<QueryResult>;
  /** When spans or logs of a trace (32 hex) stand, from its range table; undefined when nothing of it is stored. */
  rangeOf(traceId: string, options?: QueryOptions): Promise<TimeRange | undefined>;
  /**
   * Calls between services in all minutes that the range touches, those with the most calls first: `client`, `server`, `kind`
   * (model/service-edges.ts), `count` and `errors` by weight, `rows`, `duration` (ns, of all together), and how many took how long as
   * two lists, `buckets` (model/duration-buckets.ts) and `counts`.
   */
  edges(range: TimeRange, limit: number, options?: QueryOptions): Promise<QueryResult>;
}

/** `re` and `nre` are RE2, anchored at both ends; an absent label is ''. */
export interface LabelMatcher {
  readonly name: string;
  readonly op: 'eq' | 'ne' | 're' | 'nre';
  readonly value: string;
}

export interface MetricStore {
  /** Series with samples in the range (ms, both inclusive): `series` (UInt64), `metric`, `labels` (pairs). */
  series(
    matchers: readonly LabelMatcher[],
    fromMillis: number,
    toMillis: number,
    limit: number,
    options?: QueryOptions,
  ): Promise<QueryResult>;
  /** Samples of the matched series, ordered by (series, time), duplicates of a time merged: `series`, `time` (ms), `value`. */
  samples(
    matchers: readonly LabelMatcher[],
    fromMillis: number,
    toMillis: number,
    options?: QueryOptions,
  ): Promise<QueryResult>;
  /**
   * Exemplars of the matched series, ordered by (series, time): `series`, `time` (ms), `value`, `labels` (pairs), `traceId`, `spanId`
   * (hex, '' for none; also among the labels when they came so). `series` names their labels.
   */
  exemplars(
    matchers: readonly LabelMatcher[],
    fromMillis: number,
    toMillis: number,
    limit: number,
    options?: QueryOptions,
  ): Promise<QueryResult>;
  /** Metric names with `type`, `unit`, `help` and how many series each has: columns `metric`, `type`, `unit`, `help`, `series`. */
  metrics(fromMillis: number, toMillis: number, options?: QueryOptions): Promise<QueryResult>;
  /** Label names (`label` undefined) or the values of one: column `value`. */
  labelValues(
    label: string | undefined,
    matchers: readonly LabelMatcher[],
    fromMillis: number,
    toMillis: number,
    options?: QueryOptions,
  ): Promise<QueryResult>;
}
