import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogRow } from '../../api/logs.ts';
import { decodeFrame } from '../../ingest/decode-frame.ts';
import { otlpFrameKinds } from '../../ingest/otlp/frame-kinds.ts';
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import type { UnixNanos } from '../../model/units.ts';
import { encodeExport } from '../../../test/support/otlp-encoder.ts';
import { LiveTail } from './live-tail.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const FLUSH_MILLIS = 250;
const NOW = 1_795_254_733_000_000_000n as UnixNanos;
const kind = otlpFrameKinds.find(({ name }) => name === 'otlp-logs-protobuf')!;
let number = 0;

/** A frame of that many rows is acknowledged. */
function acknowledge(tail: LiveTail, rows: number): void {
  const block = new TelemetryBlock();
  const logRecords = Array.from({ length: rows }, (_, row) => ({
    timeUnixNano: String(NOW),
    body: { stringValue: `row ${row}` },
  }));
  const body = encodeExport('logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  const context = { source: 'test', received: NOW, meta: {}, expiredBefore: { logs: 0n, spans: 0n, metrics: 0n } };
  const { from, to } = decodeFrame(kind, body, context, block, 1, ++number);
  tail.accepted(block, { number, source: 'test', received: NOW, from, to });
}

interface Seen {
  rows: number;
  skipped: number;
  events: number;
}

/** A reader that takes so many events and then no more until it is told to. */
function openReader(tail: LiveTail, takes: number): { seen: Seen; take: (events: number) => void; close: () => void } {
  const seen: Seen = { rows: 0, skipped: 0, events: 0 };
  let left = takes;
  const session = tail.open(
    { filters: [] },
    {
      send: (event, data) => {
        seen.events++;
        if (event === 'rows') seen.rows += (data as { rows: LogRow[] }).rows.length;
        else seen.skipped += (data as { count: number }).count;
        return --left > 0;
      },
    },
  );
  const take = (events: number): void => {
    left = events;
    session.drained();
  };
  return { seen, take, close: () => session.close() };
}

test('a reader that keeps up sees every row; more than it can be shown at once is counted', () => {
  const tail = new LiveTail();
  const { seen, close } = openReader(tail, Infinity);
  acknowledge(tail, 300);
  vi.advanceTimersByTime(FLUSH_MILLIS);
  expect(seen).toEqual({ rows: 300, skipped: 0, events: 1 });
  acknowledge(tail, 1200);
  acknowledge(tail, 100);
  vi.advanceTimersByTime(FLUSH_MILLIS);
  expect(seen.rows + seen.skipped).toBe(1600);
  expect([seen.rows, seen.skipped]).toEqual([800, 800]);
  close();
  expect(tail.size).toBe(0);
});

test('a slow reader is not waited for, is sent nothing meanwhile, and is told how many rows it missed', () => {
  const tail = new LiveTail();
  const slow = openReader(tail, 1);
  const quick = openReader(tail, Infinity);
  for (let round = 0; round < 10; round++) {
    acknowledge(tail, 100);
    vi.advanceTimersByTime(FLUSH_MILLIS);
  }
  expect(slow.seen).toEqual({ rows: 100, skipped: 0, events: 1 });
  expect(quick.seen).toMatchObject({ rows: 1000, skipped: 0 });
  slow.take(2);
  acknowledge(tail, 50);
  vi.advanceTimersByTime(FLUSH_MILLIS);
  expect(slow.seen).toEqual({ rows: 150, skipped: 900, events: 3 });
  slow.close();
  quick.close();
});
