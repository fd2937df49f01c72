// Trace id → when its spans and logs stand: every read by trace id is bounded by it.
import { DAY_AND_RETENTION, type Table, type View } from './table.ts';

const INSTANT = "DateTime64(9, 'UTC')";

export const traceRanges: Table = {
  name: 'trace_ranges',
  merge: 'AggregatingMergeTree',
  columns: [
    { name: 'trace_id', type: 'FixedString(16)', codec: 'ZSTD(1)' },
    { name: 'day', type: 'Date', codec: 'ZSTD(1)' },
    { name: 'retention', type: 'UInt8', codec: 'ZSTD(1)' },
    { name: 'first', type: `SimpleAggregateFunction(min, ${INSTANT})`, codec: 'Delta(8), ZSTD(1)' },
    { name: 'last', type: `SimpleAggregateFunction(max, ${INSTANT})`, codec: 'Delta(8), ZSTD(1)' },
  ],
  partitionBy: ['day', 'retention'],
  orderBy: ['trace_id'],
  indexes: [],
  shardBy: 'sipHash64(trace_id)',
  retained: 'logs-traces',
};

const select = (from: string): string =>
  `SELECT trace_id, toDate(time) AS day, retention, min(time) AS first, max(time) AS last FROM ${from} ` +
  "WHERE trace_id != toFixedString('', 16) GROUP BY trace_id, day, retention";

export const traceRangeViews: readonly View[] = ['spans', 'logs'].map((from) => ({
  name: `trace_ranges_of_${from}`,
  from,
  to: traceRanges.name,
  select: select('{from}'),
}));
