// What a table is, as data: from here come its DDL (print-tables.ts), the files that it is fed with (block-files.ts) and the
// inserts. How a table is sharded stands here too; which engine it gets does not.
import type { Column } from '../../../model/columns.ts';
import type { TelemetryBlock } from '../../../model/telemetry-block.ts';

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly codec?: string;
  /** The model's column that it is filled from; without one it is computed (`computed`) or has its default. */
  readonly from?: (block: TelemetryBlock) => Column;
  /** MATERIALIZED expression. */
  readonly computed?: string;
}

/** What happens to rows of one sort key when parts merge. */
export type MergeKind = 'MergeTree' | 'ReplacingMergeTree' | 'AggregatingMergeTree';

/** Whose retention a table follows; `both` is kept as long as any of logs, traces and metrics. */
export type Retained = 'logs' | 'traces' | 'metrics' | 'logs-traces' | 'all' | 'forever';

export interface Table {
  readonly name: string;
  readonly merge: MergeKind;
  readonly columns: readonly TableColumn[];
  /** Expressions of the partition key; (day, retention class) where the table has rows of days. */
  readonly partitionBy: readonly string[];
  readonly orderBy: readonly string[];
  /** `NAME expression TYPE …`, without the word INDEX. */
  readonly indexes: readonly string[];
  /** Pure function of the row. */
  readonly shardBy: string;
  readonly retained: Retained;
  /** Number of rows that a block has for it; absent for tables that no block file feeds. */
  readonly rows?: (block: TelemetryBlock) => number;
}

/** Fed from `table` with each of its inserts. */
export interface View {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly select: string;
}

export const DAY_AND_RETENTION: readonly string[] = ['toDate(time)', 'retention'];
