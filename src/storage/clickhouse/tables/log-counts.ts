import type { Table } from './table.ts';

/** Log records by minute, service and severity; added up when parts merge. */
export const logCounts: Table = {
  name: 'log_counts',
  merge: 'SummingMergeTree',
  summed: ['weight', 'rows'],
  columns: [
    { name: 'minute', type: 'Int32', codec: 'Delta(4), ZSTD(1)', from: (block) => block.logCounts.minute },
    { name: 'day', type: 'Date', codec: 'ZSTD(1)', from: (block) => block.logCounts.day },
    { name: 'retention', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.logCounts.retention },
    { name: 'service', type: 'LowCardinality(String)', codec: 'ZSTD(1)', from: (block) => block.logCounts.service },
    { name: 'severity', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.logCounts.severity },
    { name: 'weight', type: 'Float64', codec: 'ZSTD(1)', from: (block) => block.logCounts.weight },
    { name: 'rows', type: 'Float64', codec: 'ZSTD(1)', from: (block) => block.logCounts.rowCount },
  ],
  partitionBy: ['day', 'retention'],
  orderBy: ['minute', 'service', 'severity'],
  indexes: [],
  shardBy: 'sipHash64(minute, service, severity)',
  retained: 'logs',
  rows: (block) => block.logCounts.rows,
};
