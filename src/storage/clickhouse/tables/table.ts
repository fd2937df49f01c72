// What a table is, as data: from here come its DDL (print-tables.ts), the files that it is fed with (block-files.ts) and the
// inserts. How a table is sharded stands here too; which engine it gets does not.
import type { Column } from '../../../model/columns.ts';
import type { TelemetryBlock } from '../../../model/telemetry-block.ts';
import type { LogCountColumns } from '../log-count-columns.ts';
import type { ServiceEdgeColumns } from '../service-edge-columns.ts';
import type { SpanCountColumns } from '../span-count-columns.ts';
import type { TraceRangeColumns } from '../trace-range-columns.ts';

/** What the tables are filled from: a block's columns, and what is made of them while they are written. */
export type StoredColumns = Pick<
  TelemetryBlock,
  'resources' | 'streams' | 'logs' | 'spans' | 'series' | 'samples' | 'histograms' | 'exemplars' | 'metadata'
> & {
  readonly traceRanges: TraceRangeColumns;
  readonly logCounts: LogCountColumns;
  readonly spanCounts: SpanCountColumns;
  readonly serviceEdges: ServiceEdgeColumns;
};

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly codec?: string;
  readonly from: (block: StoredColumns) => Column;
}

/** An index of words, and what stands in for it on a server that is too old. */
export interface TextIndex {
  readonly text: string;
  readonly fallback: string;
}

/** What happens to rows of one sort key when parts merge. */
export type MergeKind = 'MergeTree' | 'ReplacingMergeTree' | 'SummingMergeTree';

/** Whose retention a table follows: the longest of those it names. */
export type Retained = 'logs' | 'traces' | 'metrics' | 'logs-traces' | 'all' | 'forever';

export interface Table {
  readonly name: string;
  readonly merge: MergeKind;
  /** The columns that a SummingMergeTree adds up. */
  readonly summed?: readonly string[];
  readonly columns: readonly TableColumn[];
  /** Expressions of the partition key; (day, retention class) where the table has rows of days. */
  readonly partitionBy: readonly string[];
  readonly orderBy: readonly string[];
  /** The first so many of `orderBy` are the sparse index in memory; all of them without it. */
  readonly indexed?: number;
  /** `NAME expression TYPE …`, without the word INDEX. */
  readonly indexes: readonly (string | TextIndex)[];
  /** Pure function of the row. */
  readonly shardBy: string;
  readonly retained: Retained;
  /** Rows to a mark, and how many bytes a compressed block has at least; the engine's own without it. */
  readonly granule?: { readonly rows: number; readonly blockBytes: number };
  readonly rows: (block: StoredColumns) => number;
}

export const DAY_AND_RETENTION: readonly string[] = ['toDate(time)', 'retention'];

/** For tables of which whole rows are shown: a row of a page is read with half of the rows that the engine would read with it. */
export const ROWS_OF_PAGES = { rows: 4096, blockBytes: 32_768 } as const;
