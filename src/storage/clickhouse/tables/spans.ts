import { attributeTableColumns } from './attribute-table-columns.ts';
import { DAY_AND_RETENTION, ROWS_OF_PAGES, type Table } from './table.ts';

const INSTANT = "DateTime64(9, 'UTC')";
const CLOCK = 'Delta(8), ZSTD(1)';
const NAME = 'LowCardinality(String)';

export const spans: Table = {
  name: 'spans',
  merge: 'MergeTree',
  columns: [
    { name: 'time', type: INSTANT, codec: CLOCK, from: (block) => block.spans.time },
    { name: 'duration', type: 'Int64', codec: 'T64, ZSTD(1)', from: (block) => block.spans.duration },
    { name: 'original_time', type: INSTANT, codec: CLOCK, from: (block) => block.spans.originalTime },
    { name: 'resource', type: 'UInt64', codec: 'ZSTD(1)', from: (block) => block.spans.resource },
    { name: 'service', type: NAME, codec: 'ZSTD(1)', from: (block) => block.spans.service },
    { name: 'name', type: NAME, codec: 'ZSTD(1)', from: (block) => block.spans.name },
    { name: 'kind', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.spans.kind },
    { name: 'status', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.spans.status },
    { name: 'status_message', type: 'String', codec: 'ZSTD(1)', from: (block) => block.spans.statusMessage },
    { name: 'trace_id', type: 'FixedString(16)', codec: 'ZSTD(1)', from: (block) => block.spans.traceId },
    { name: 'span_id', type: 'FixedString(8)', codec: 'ZSTD(1)', from: (block) => block.spans.spanId },
    { name: 'parent_id', type: 'FixedString(8)', codec: 'ZSTD(1)', from: (block) => block.spans.parentId },
    { name: 'trace_state', type: 'String', codec: 'ZSTD(1)', from: (block) => block.spans.traceState },
    { name: 'scope', type: NAME, codec: 'ZSTD(1)', from: (block) => block.spans.scope },
    ...attributeTableColumns((block) => block.spans.attributes),
    { name: 'events', type: 'String', codec: 'ZSTD(1)', from: (block) => block.spans.events },
    { name: 'links', type: 'String', codec: 'ZSTD(1)', from: (block) => block.spans.links },
    { name: 'exception_type', type: NAME, codec: 'ZSTD(1)', from: (block) => block.spans.exceptionType },
    { name: 'exception_message', type: 'String', codec: 'ZSTD(1)', from: (block) => block.spans.exceptionMessage },
    { name: 'exception_stack', type: 'String', codec: 'ZSTD(1)', from: (block) => block.spans.exceptionStack },
    { name: 'exception_group', type: 'UInt64', codec: 'ZSTD(1)', from: (block) => block.spans.exceptionGroup },
    { name: 'weight', type: 'Float32', codec: 'ZSTD(1)', from: (block) => block.spans.weight },
    { name: 'retention', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.spans.retention },
    { name: 'ingester', type: 'UInt32', codec: 'ZSTD(1)', from: (block) => block.spans.ingester },
    { name: 'sequence', type: 'UInt64', codec: CLOCK, from: (block) => block.spans.sequence },
  ],
  partitionBy: DAY_AND_RETENTION,
  orderBy: ['time', 'ingester', 'sequence'],
  indexed: 1,
  granule: ROWS_OF_PAGES,
  indexes: ['by_trace trace_id TYPE bloom_filter(0.01)', 'by_duration duration TYPE minmax'],
  shardBy: 'sipHash64(trace_id)',
  retained: 'traces',
  rows: (block) => block.spans.rows,
};
