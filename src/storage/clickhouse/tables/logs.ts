import { attributeTableColumns } from './attribute-table-columns.ts';
import { DAY_AND_RETENTION, ROWS_OF_PAGES, type Table } from './table.ts';

const INSTANT = "DateTime64(9, 'UTC')";
const CLOCK = 'Delta(8), ZSTD(1)';
const NAME = 'LowCardinality(String)';

export const logs: Table = {
  name: 'logs',
  merge: 'MergeTree',
  columns: [
    { name: 'time', type: INSTANT, codec: CLOCK, from: (block) => block.logs.time },
    { name: 'observed', type: INSTANT, codec: CLOCK, from: (block) => block.logs.observed },
    { name: 'original_time', type: INSTANT, codec: CLOCK, from: (block) => block.logs.originalTime },
    { name: 'resource', type: 'UInt64', codec: 'ZSTD(1)', from: (block) => block.logs.resource },
    { name: 'service', type: NAME, codec: 'ZSTD(1)', from: (block) => block.logs.service },
    { name: 'severity', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.logs.severity },
    { name: 'severity_text', type: NAME, codec: 'ZSTD(1)', from: (block) => block.logs.severityText },
    { name: 'logger', type: NAME, codec: 'ZSTD(1)', from: (block) => block.logs.logger },
    { name: 'event', type: NAME, codec: 'ZSTD(1)', from: (block) => block.logs.event },
    { name: 'body', type: 'String', codec: 'ZSTD(1)', from: (block) => block.logs.body },
    { name: 'trace_id', type: 'FixedString(16)', codec: 'ZSTD(1)', from: (block) => block.logs.traceId },
    { name: 'span_id', type: 'FixedString(8)', codec: 'ZSTD(1)', from: (block) => block.logs.spanId },
    { name: 'flags', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.logs.flags },
    ...attributeTableColumns((block) => block.logs.attributes),
    { name: 'exception_type', type: NAME, codec: 'ZSTD(1)', from: (block) => block.logs.exceptionType },
    { name: 'exception_message', type: 'String', codec: 'ZSTD(1)', from: (block) => block.logs.exceptionMessage },
    { name: 'exception_stack', type: 'String', codec: 'ZSTD(1)', from: (block) => block.logs.exceptionStack },
    { name: 'exception_group', type: 'UInt64', codec: 'ZSTD(1)', from: (block) => block.logs.exceptionGroup },
    { name: 'stream', type: 'UInt64', codec: 'ZSTD(1)', from: (block) => block.logs.stream },
    { name: 'doc_id', type: 'String', codec: 'ZSTD(1)', from: (block) => block.logs.docId },
    { name: 'raw', type: 'String', codec: 'ZSTD(1)', from: (block) => block.logs.raw },
    { name: 'weight', type: 'Float32', codec: 'ZSTD(1)', from: (block) => block.logs.weight },
    { name: 'retention', type: 'UInt8', codec: 'ZSTD(1)', from: (block) => block.logs.retention },
    { name: 'ingester', type: 'UInt32', codec: 'ZSTD(1)', from: (block) => block.logs.ingester },
    { name: 'sequence', type: 'UInt64', codec: CLOCK, from: (block) => block.logs.sequence },
  ],
  partitionBy: DAY_AND_RETENTION,
  orderBy: ['time', 'ingester', 'sequence'],
  indexed: 1,
  granule: ROWS_OF_PAGES,
  indexes: [
    // Beyond ASCII each character is a token; names that are joined by . _ : are words of their own.
    {
      text: "body_words body TYPE text(tokenizer = 'asciiCJK', preprocessor = translate(lowerUTF8(body), '._:', '   '))",
      fallback: 'body_words lower(body) TYPE tokenbf_v1(32768, 3, 0)',
    },
    'by_trace trace_id TYPE bloom_filter(0.01)',
    // Equality of an attribute: request ids, user ids.
    'by_string mapValues(attr_string) TYPE bloom_filter(0.01)',
    'by_int mapValues(attr_int) TYPE bloom_filter(0.01)',
    // Which rules out a granule for a text that could be a fraction.
    'by_float_key mapKeys(attr_float) TYPE bloom_filter(0.01)',
    'by_json attr_json TYPE minmax',
    'by_severity severity TYPE minmax',
  ],
  shardBy: 'sipHash64(ingester, sequence)',
  retained: 'logs',
  rows: (block) => block.logs.rows,
};
