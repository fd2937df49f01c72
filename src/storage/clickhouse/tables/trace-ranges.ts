// Trace id → when its spans and logs stand: every read by trace id is bounded by it. Several rows a trace: one a block.
import type { Table } from './table.ts';

export const traceRanges: Table = {
  name: 'trace_ranges',
  merge: 'MergeTree',
  columns: [
    { name: 'trace', type: 'UInt64', codec: 'Delta(8), ZSTD(1)', from: (block) => block.traceRanges.trace },
    { name: 'day', type: 'Date', codec: 'ZSTD(1)', from: (block) => block.traceRanges.day },
    { name: 'retention', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.traceRanges.retention },
    { name: 'first', type: 'UInt32', codec: 'ZSTD(1)', from: (block) => block.traceRanges.first },
    { name: 'last', type: 'UInt32', codec: 'ZSTD(1)', from: (block) => block.traceRanges.last },
  ],
  partitionBy: ['day', 'retention'],
  orderBy: ['trace'],
  indexes: [],
  shardBy: 'trace',
  retained: 'logs-traces',
  rows: (block) => block.traceRanges.rows,
};
