// Series once a day, samples by fingerprint: rows of a metric's series lie together, so that ids need no coordination.
import { DAY_AND_RETENTION, type Table } from './table.ts';

const INSTANT = "DateTime64(3, 'UTC')";
const NAME = 'LowCardinality(String)';
const LABELS = 'Map(LowCardinality(String), String)';

export const series: Table = {
  name: 'series',
  merge: 'ReplacingMergeTree',
  columns: [
    { name: 'metric', type: NAME, codec: 'ZSTD(1)', from: (block) => block.series.metric },
    { name: 'series', type: 'UInt64', codec: 'ZSTD(1)', from: (block) => block.series.series },
    { name: 'day', type: 'Date', codec: 'ZSTD(1)', from: (block) => block.series.day },
    { name: 'labels', type: LABELS, codec: 'ZSTD(1)', from: (block) => block.series.labels },
    { name: 'resource', type: 'UInt64', codec: 'ZSTD(1)', from: (block) => block.series.resource },
    { name: 'retention', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.series.retention },
  ],
  partitionBy: ['day', 'retention'],
  orderBy: ['metric', 'series'],
  indexes: [],
  shardBy: 'series',
  retained: 'metrics',
  rows: (block) => block.series.rows,
};

export const samples: Table = {
  name: 'samples',
  merge: 'MergeTree',
  columns: [
    { name: 'metric', type: NAME, codec: 'ZSTD(1)', from: (block) => block.samples.metric },
    { name: 'series', type: 'UInt64', codec: 'Delta(8), ZSTD(1)', from: (block) => block.samples.series },
    { name: 'time', type: INSTANT, codec: 'DoubleDelta, ZSTD(1)', from: (block) => block.samples.time },
    { name: 'mantissa', type: 'Int64', codec: 'Delta(8), ZSTD(1)', from: (block) => block.samples.mantissa },
    { name: 'scale', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.samples.scale },
    { name: 'float', type: 'Float64', codec: 'Gorilla, ZSTD(1)', from: (block) => block.samples.float },
    { name: 'retention', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.samples.retention },
  ],
  partitionBy: DAY_AND_RETENTION,
  orderBy: ['metric', 'series', 'time'],
  indexes: [],
  shardBy: 'series',
  retained: 'metrics',
  rows: (block) => block.samples.rows,
};

export const histograms: Table = {
  name: 'histograms',
  merge: 'MergeTree',
  columns: [
    { name: 'metric', type: NAME, codec: 'ZSTD(1)', from: (block) => block.histograms.metric },
    { name: 'series', type: 'UInt64', codec: 'ZSTD(1)', from: (block) => block.histograms.series },
    { name: 'time', type: INSTANT, codec: 'DoubleDelta, ZSTD(1)', from: (block) => block.histograms.time },
    { name: 'data', type: 'String', codec: 'ZSTD(1)', from: (block) => block.histograms.data },
    { name: 'retention', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.histograms.retention },
  ],
  partitionBy: DAY_AND_RETENTION,
  orderBy: ['metric', 'series', 'time'],
  indexes: [],
  shardBy: 'series',
  retained: 'metrics',
  rows: (block) => block.histograms.rows,
};

export const exemplars: Table = {
  name: 'exemplars',
  merge: 'MergeTree',
  columns: [
    { name: 'metric', type: NAME, codec: 'ZSTD(1)', from: (block) => block.exemplars.metric },
    { name: 'series', type: 'UInt64', codec: 'ZSTD(1)', from: (block) => block.exemplars.series },
    { name: 'time', type: INSTANT, codec: 'DoubleDelta, ZSTD(1)', from: (block) => block.exemplars.time },
    { name: 'value', type: 'Float64', codec: 'ZSTD(1)', from: (block) => block.exemplars.value },
    { name: 'trace_id', type: 'FixedString(16)', codec: 'ZSTD(1)', from: (block) => block.exemplars.traceId },
    { name: 'span_id', type: 'FixedString(8)', codec: 'ZSTD(1)', from: (block) => block.exemplars.spanId },
    { name: 'labels', type: LABELS, codec: 'ZSTD(1)', from: (block) => block.exemplars.labels },
    { name: 'retention', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.exemplars.retention },
  ],
  partitionBy: DAY_AND_RETENTION,
  orderBy: ['metric', 'series', 'time'],
  indexes: [],
  shardBy: 'series',
  retained: 'metrics',
  rows: (block) => block.exemplars.rows,
};

export const metadata: Table = {
  name: 'metadata',
  merge: 'ReplacingMergeTree',
  columns: [
    { name: 'metric', type: NAME, codec: 'ZSTD(1)', from: (block) => block.metadata.metric },
    { name: 'type', type: NAME, codec: 'ZSTD(1)', from: (block) => block.metadata.type },
    { name: 'unit', type: NAME, codec: 'ZSTD(1)', from: (block) => block.metadata.unit },
    { name: 'help', type: 'String', codec: 'ZSTD(1)', from: (block) => block.metadata.help },
    { name: 'time', type: INSTANT, codec: 'ZSTD(1)', from: (block) => block.metadata.time },
  ],
  partitionBy: [],
  orderBy: ['metric'],
  indexes: [],
  shardBy: 'sipHash64(metric)',
  retained: 'forever',
  rows: (block) => block.metadata.rows,
};
