// Who sent it and where it came in: written in the same block as the first row of a day that refers to it, and merged to one.
import type { StoredColumns, Table, TableColumn } from './table.ts';
import type { ResourceColumns, StreamColumns } from '../../../model/identity-columns.ts';

const LABELS = 'Map(LowCardinality(String), String)';

function identityColumns(of: (block: StoredColumns) => ResourceColumns | StreamColumns): TableColumn[] {
  return [
    { name: 'fingerprint', type: 'UInt64', codec: 'ZSTD(1)', from: (block) => of(block).fingerprint },
    { name: 'day', type: 'Date', codec: 'ZSTD(1)', from: (block) => of(block).day },
    { name: 'retention', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => of(block).retention },
    { name: 'labels', type: LABELS, codec: 'ZSTD(1)', from: (block) => of(block).labels },
  ];
}

export const resources: Table = {
  name: 'resources',
  merge: 'ReplacingMergeTree',
  columns: [
    ...identityColumns((block) => block.resources),
    {
      name: 'service',
      type: 'LowCardinality(String)',
      codec: 'ZSTD(1)',
      from: (block) => block.resources.service,
    },
    { name: 'json', type: 'String', codec: 'ZSTD(1)', from: (block) => block.resources.json },
  ],
  partitionBy: ['day', 'retention'],
  orderBy: ['fingerprint'],
  indexes: [],
  shardBy: 'fingerprint',
  retained: 'all',
  rows: (block) => block.resources.rows,
};

export const streams: Table = {
  name: 'streams',
  merge: 'ReplacingMergeTree',
  columns: identityColumns((block) => block.streams),
  partitionBy: ['day', 'retention'],
  orderBy: ['fingerprint'],
  indexes: [],
  shardBy: 'fingerprint',
  retained: 'logs',
  rows: (block) => block.streams.rows,
};
