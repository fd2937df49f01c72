import type { Table } from './table.ts';

/** Spans by minute, service, operation, kind, status and bucket of their duration; added up when parts merge. */
export const spanCounts: Table = {
  name: 'span_counts',
  merge: 'SummingMergeTree',
  summed: ['weight', 'rows', 'duration'],
  columns: [
    { name: 'minute', type: 'Int32', codec: 'Delta(4), ZSTD(1)', from: (block) => block.spanCounts.minute },
    { name: 'day', type: 'Date', codec: 'ZSTD(1)', from: (block) => block.spanCounts.day },
    { name: 'retention', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.spanCounts.retention },
    { name: 'service', type: 'LowCardinality(String)', codec: 'ZSTD(1)', from: (block) => block.spanCounts.service },
    { name: 'name', type: 'LowCardinality(String)', codec: 'ZSTD(1)', from: (block) => block.spanCounts.name },
    { name: 'kind', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.spanCounts.kind },
    { name: 'status', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.spanCounts.status },
    {
      name: 'duration_bucket',
      type: 'UInt16',
      codec: 'Delta(2), ZSTD(1)',
      from: (block) => block.spanCounts.durationBucket,
    },
    { name: 'weight', type: 'Float64', codec: 'ZSTD(1)', from: (block) => block.spanCounts.weight },
    { name: 'rows', type: 'Float64', codec: 'ZSTD(1)', from: (block) => block.spanCounts.rowCount },
    { name: 'duration', type: 'Float64', codec: 'ZSTD(1)', from: (block) => block.spanCounts.duration },
  ],
  partitionBy: ['day', 'retention'],
  orderBy: ['minute', 'service', 'name', 'kind', 'status', 'duration_bucket'],
  indexed: 2,
  indexes: [],
  shardBy: 'sipHash64(minute, service, name)',
  retained: 'traces',
  rows: (block) => block.spanCounts.rows,
};
