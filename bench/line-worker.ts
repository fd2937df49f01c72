// Whether decoding lines beside the receiving thread pays: the same frames decoded where they are received, and decoded in a worker
// whose columns are handed over and appended to the open block. What both have in common (reading, spool, engine) is left out.
// `node bin/run.js bench/line-worker.ts [MEGABYTES]` prints a table; CPU is that of all threads.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { decodeFrame } from '../src/ingest/decode-frame.ts';
import { encodeLines } from '../src/ingest/lines/frame-body.ts';
import { linesFrame } from '../src/ingest/lines/lines-frame.ts';
import type { ColumnBatch } from '../src/model/column-batch.ts';
import { DictionaryColumn, FixedColumn, MapColumn, StringColumn } from '../src/model/columns.ts';
import { TelemetryBlock } from '../src/model/telemetry-block.ts';
import type { UnixNanos } from '../src/model/units.ts';

const BLOCK_ROWS = 200_000;
const BATCHES = ['resources', 'streams', 'logs'] as const;
/** Frames that are with the worker at a time: one in hand, one waiting. */
const AHEAD = 2;
const received = 1_795_255_933_000_000_000n as UnixNanos;
const context = {
  source: 'tail:/var/log/app.log',
  received,
  meta: { stream: { path: '/var/log/app.log' }, service: 'app', host: 'h', zone: 'UTC', clocks: {} },
  expiredBefore: { logs: 0n, spans: 0n, metrics: 0n },
};

function makeFrame(from: number, bytes: number): Uint8Array {
  const encoder = new TextEncoder();
  const records: Uint8Array[] = [];
  for (let size = 0, n = from; size < bytes; n++) {
    const time = new Date(1_795_255_900_000 + n).toISOString();
    const text = `{"timestamp": "${time}", "level": "INFO", "message": "用户登录成功 order ${n}", "service": "shop", "module": "orders", "funcName": "create", "lineno": ${n % 300}, "process": 4711, "request_id": "req-${n}", "user_id": ${n % 9999}, "exception": null}`;
    records.push(encoder.encode(text));
    size += text.length;
  }
  return encodeLines(records);
}

/** Copies of the bytes of all columns: what would cross from the worker. */
function copyColumns(value: unknown, out: Uint8Array[]): void {
  if (value instanceof StringColumn || value instanceof FixedColumn) out.push(value.data.contents().slice());
  else if (value instanceof DictionaryColumn) {
    out.push(value.keys.data.contents().slice());
    copyColumns(value.indexes, out);
  } else if (value instanceof MapColumn) {
    for (const part of [value.keys, value.values, value.ends]) copyColumns(part, out);
  } else for (const column of Object.values(value as ColumnBatch)) copyColumns(column, out);
}

interface Result {
  readonly seconds: number;
  readonly micros: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

async function measure(rows: number, run: () => Promise<void>): Promise<Result> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const before = process.cpuUsage();
  const began = performance.now();
  delay.enable();
  await run();
  delay.disable();
  const { user, system } = process.cpuUsage(before);
  const millis = (nanos: number): number => nanos / 1e6;
  return {
    seconds: (performance.now() - began) / 1000,
    micros: (user + system) / rows,
    p50: millis(delay.percentile(50)),
    p99: millis(delay.percentile(99)),
    longest: millis(delay.max),
  };
}

async function decodeHere(frames: readonly Uint8Array[]): Promise<void> {
  const block = new TelemetryBlock();
  for (const frame of frames) {
    if (block.rows >= BLOCK_ROWS) block.clear();
    decodeFrame(linesFrame, frame, context, block, 1, 1);
    await turn();
  }
}

async function decodeThere(frames: readonly Uint8Array[], worker: Worker, twin: TelemetryBlock): Promise<void> {
  const block = new TelemetryBlock();
  const waiting: (() => void)[] = [];
  const onMessage = (): void => {
    if (block.rows >= BLOCK_ROWS) block.clear();
    // A block with the same rows stands in for the one that has to be made of the bytes that came.
    for (const name of BATCHES) (block[name] as ColumnBatch).append(twin[name]);
    waiting.shift()!();
  };
  worker.on('message', onMessage);
  const answers: Promise<void>[] = [];
  for (const frame of frames) {
    const body = frame.slice();
    worker.postMessage(body, [body.buffer]);
    answers.push(new Promise((resolve) => waiting.push(resolve)));
    if (answers.length >= AHEAD) await answers.shift();
  }
  await Promise.all(answers);
  worker.off('message', onMessage);
}

if (isMainThread) {
  const megabytes = Number(process.argv[2] ?? 200);
  console.log(
    '| frames of | decoded | s | µs CPU a row | loop delay p50, ms | p99, ms | longest, ms |\n|---|---|---|---|---|---|---|',
  );
  for (const kibibytes of [1024, 256]) {
    const frames = Array.from({ length: Math.ceil((megabytes * 1024) / kibibytes) }, (_, i) =>
      makeFrame(i * 5000, kibibytes * 1024),
    );
    const twin = new TelemetryBlock();
    decodeFrame(linesFrame, frames[0]!, context, twin, 1, 1);
    const rows = frames.length * twin.rows;
    const worker = new Worker(new URL(import.meta.url));
    const say = (where: string, { seconds, micros, p50, p99, longest }: Result): void =>
      console.log(
        `| ${kibibytes} KiB | ${where} | ${seconds.toFixed(1)} | ${micros.toFixed(2)} | ${p50.toFixed(1)} | ${p99.toFixed(1)} | ${longest.toFixed(1)} |`,
      );
    // The first round of each is for the compiler.
    for (let round = 0; round < 2; round++) {
      const here = await measure(rows, () => decodeHere(frames));
      const there = await measure(rows, () => decodeThere(frames, worker, twin));
      if (round === 0) continue;
      say('where it is received', here);
      say('in a worker', there);
    }
    await worker.terminate();
  }
} else {
  const block = new TelemetryBlock();
  parentPort!.on('message', (body: Uint8Array<ArrayBuffer>) => {
    block.clear();
    decodeFrame(linesFrame, body, context, block, 1, 1);
    const columns: Uint8Array[] = [];
    for (const name of BATCHES) copyColumns(block[name], columns);
    parentPort!.postMessage({ body, columns }, [body.buffer, ...columns.map(({ buffer }) => buffer as ArrayBuffer)]);
  });
}
