// Decoding of log lines: µs of CPU a row for JSON as two formatters write it, and for text.
import { TelemetryBlock } from '../src/model/telemetry-block.ts';
import { encodeLines } from '../src/ingest/lines/frame-body.ts';
import { linesFrame } from '../src/ingest/lines/lines-frame.ts';
import type { UnixNanos } from '../src/model/units.ts';

const encoder = new TextEncoder();
const ROWS = 2000;
const ROUNDS = 300;
const received = 1_795_255_933_000_000_000n as UnixNanos;

const trace = (i: number): string => (i * 7919 + 1).toString(16).padStart(32, '0a');
const kinds: Readonly<Record<string, (i: number) => string>> = {
  'JSON, plain formatter, ASCII': (i) =>
    `{"timestamp": "2026-11-21 09:52:13,${String(i % 1000).padStart(3, '0')}", "level": "INFO", "message": "order ${i} placed by customer ${i * 31}", "service": "orders", "module": "shop.orders", "funcName": "place", "lineno": ${i % 500}, "process": 4711, "thread": 139637976729408, "request_id": "req-${i}", "user_id": ${i}}`,
  'JSON, Chinese as \\u escapes': (i) =>
    JSON.stringify({
      message: `用户登录成功 ${i}`,
      timestamp: '2026-11-21T09:52:13.123456',
      level: 'INFO',
      logger: 'app',
      trace_id: trace(i),
      request_id: `r${i}`,
    }).replaceAll(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'JSON with a null and a nested field': (i) =>
    `{"time": 1795254733.${i % 1000}, "level": "WARNING", "msg": "slow ${i}", "ctx": {"a": [1, 2], "b": "x"}, "error": null, "took": ${i}.25}`,
  'text, asctime level name message': (i) =>
    `2026-11-21 09:52:13,${String(i % 1000).padStart(3, '0')} INFO shop.orders order ${i} placed`,
  'text without a prefix': (i) => `order ${i} was placed by customer ${i * 31}`,
};

for (const [name, make] of Object.entries(kinds)) {
  const body = encodeLines(Array.from({ length: ROWS }, (_, i) => encoder.encode(make(i))));
  const block = new TelemetryBlock();
  const meta = {
    stream: { path: '/var/log/app.log' },
    service: 'app',
    host: 'h',
    zone: 'UTC',
    clocks: { 'timestamp/ ': 'UTC' },
  };
  const context = {
    source: 'tail:/var/log/app.log',
    received,
    meta,
    expiredBefore: { logs: 0n, spans: 0n, metrics: 0n },
  };
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    block.clear();
    const start = process.cpuUsage().user;
    linesFrame.decode(body, context, block);
    times.push((process.cpuUsage().user - start) / ROWS);
  }
  const sorted = times.slice(ROUNDS / 3).toSorted((a, b) => a - b);
  console.log(
    `${name}: median ${sorted[Math.floor(sorted.length / 2)]!.toFixed(2)} µs a row, ${Math.round(body.length / ROWS)} B a row in`,
  );
}
