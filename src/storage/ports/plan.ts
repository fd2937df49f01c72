// What a query asks of the storage, as data: serialisable, and without a word of SQL. Only storage/clickhouse prints it.

/** Nanoseconds since 1970, from ≤ t < to. */
export interface TimeRange {
  readonly from: bigint;
  readonly to: bigint;
}

export type SignalName = 'logs' | 'spans';

/**
 * A field of a row. `column`: a property name of LogColumns / SpanColumns (time, service, severity, body, traceId as 32 hex …).
 * `attribute`: an attribute of the row, whatever its type. `resource` and `stream`: a label of the row's resource / stream.
 */
export type Field =
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'resource'; readonly name: string }
  | { readonly kind: 'stream'; readonly name: string };

export type Scalar = string | number | bigint | boolean;

export type Predicate =
  | { readonly kind: 'all'; readonly of: readonly Predicate[] }
  | { readonly kind: 'any'; readonly of: readonly Predicate[] }
  | { readonly kind: 'not'; readonly of: Predicate }
  | {
      readonly kind: 'compare';
      readonly field: Field;
      readonly op: '=' | '!=' | '<' | '<=' | '>' | '>=';
      readonly value: Scalar;
    }
  | { readonly kind: 'in'; readonly field: Field; readonly values: readonly Scalar[] }
  | { readonly kind: 'exists'; readonly field: Field }
  /** Every word of `text` stands in the body, in any order, whatever the case; Chinese text counts as its characters in sequence. */
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'substring'; readonly field: Field; readonly text: string; readonly ignoreCase: boolean }
  /** RE2, unanchored. */
  | { readonly kind: 'matches'; readonly field: Field; readonly pattern: string };

/** A place in the order of rows: the row behind which a page begins. */
export interface RowPosition {
  readonly time: bigint;
  readonly ingester: number;
  readonly sequence: bigint;
}

/** Rows in the order (time, ingester, sequence). */
export interface RowPlan {
  readonly kind: 'rows';
  readonly from: SignalName;
  readonly range: TimeRange;
  readonly where: Predicate;
  /**
   * Columns wanted; `all` also gives attributes, resource and stream labels. `shown` is `all` without the record as it came in (`raw`)
   * and what is kept for the storage and for other APIs.
   */
  readonly select: readonly Field[] | 'all' | 'shown';
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
  readonly after?: RowPosition;
}

export type Aggregate =
  /** Weighted; only of the rows of the group that match `where`, when it is given. */
  | { readonly kind: 'count'; readonly where?: Predicate }
  /** Rows themselves, whatever they stand for. */
  | { readonly kind: 'rows' }
  | { readonly kind: 'sum' | 'min' | 'max' | 'avg'; readonly field: Field }
  | { readonly kind: 'quantile'; readonly q: number; readonly field: Field }
  | { readonly kind: 'distinct'; readonly field: Field };

/** Groups with aggregates; result columns are `bucket` (ns), `key0`…, `value0`…, in that order. */
export interface GroupPlan {
  readonly kind: 'groups';
  readonly from: SignalName;
  readonly range: TimeRange;
  readonly where: Predicate;
  /** Bucket width in ns, aligned to 1970; rows of a bucket are grouped together. */
  readonly bucket?: bigint;
  readonly by: readonly Field[];
  readonly aggregates: readonly Aggregate[];
  /** Groups with the largest first aggregate come first (within the answer, buckets ascend). */
  readonly limit: number;
}

/** Attribute names in use, with how many rows carry each: `name`, `kind` (string, int, float, bool, json), `rows`. */
export interface FieldNamesPlan {
  readonly kind: 'field-names';
  readonly from: SignalName;
  readonly range: TimeRange;
  readonly where: Predicate;
  readonly limit: number;
}

export const everything: Predicate = { kind: 'all', of: [] };

/** The name of `field` in an answer: that of the column, or `attribute.NAME`, `resource.NAME`, `stream.NAME`. */
export function fieldName(field: Field): string {
  return field.kind === 'column' ? field.name : `${field.kind}.${field.name}`;
}
