import type { Table } from './table.ts';

/** Calls between services by minute and bucket of their duration; added up when parts merge. */
export const serviceEdges: Table = {
  name: 'service_edges',
  merge: 'SummingMergeTree',
  summed: ['weight', 'rows', 'errors', 'duration'],
  columns: [
    { name: 'minute', type: 'Int32', codec: 'Delta(4), ZSTD(1)', from: (block) => block.serviceEdges.minute },
    { name: 'day', type: 'Date', codec: 'ZSTD(1)', from: (block) => block.serviceEdges.day },
    { name: 'retention', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.serviceEdges.retention },
    { name: 'client', type: 'LowCardinality(String)', codec: 'ZSTD(1)', from: (block) => block.serviceEdges.client },
    { name: 'server', type: 'LowCardinality(String)', codec: 'ZSTD(1)', from: (block) => block.serviceEdges.server },
    { name: 'kind', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.serviceEdges.kind },
    {
      name: 'duration_bucket',
      type: 'UInt16',
      codec: 'Delta(2), ZSTD(1)',
      from: (block) => block.serviceEdges.durationBucket,
    },
    { name: 'weight', type: 'Float64', codec: 'ZSTD(1)', from: (block) => block.serviceEdges.weight },
    { name: 'rows', type: 'Float64', codec: 'ZSTD(1)', from: (block) => block.serviceEdges.rowCount },
    { name: 'errors', type: 'Float64', codec: 'ZSTD(1)', from: (block) => block.serviceEdges.errors },
    { name: 'duration', type: 'Float64', codec: 'ZSTD(1)', from: (block) => block.serviceEdges.duration },
  ],
  partitionBy: ['day', 'retention'],
  orderBy: ['minute', 'client', 'server', 'kind', 'duration_bucket'],
  indexed: 1,
  indexes: [],
  shardBy: 'sipHash64(minute, client, server)',
  retained: 'traces',
  rows: (block) => block.serviceEdges.rows,
};
