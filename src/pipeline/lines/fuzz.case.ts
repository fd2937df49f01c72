// Fuzzing of the line decoder: real records, mutated byte by byte, cut, glued and mixed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { mutateBytes, randomOf } from '../../../test/support/mutate-bytes.ts';
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import { readRow } from './decode-lines.case.ts';
import { LineDecoder } from './line-decoder.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const span = {
  name: 'GET /',
  context: { trace_id: '0x83e6beb0ec76ecf4e2e79289d3bbceec', span_id: '0x610718d4c0d38d33', trace_state: '[]' },
  kind: 'SpanKind.SERVER',
  parent_id: null,
  start_time: '2026-11-21T10:58:04.723406Z',
  end_time: '2026-11-21T10:58:04.728788Z',
  status: { status_code: 'ERROR', description: 'no' },
  attributes: { 'http.status_code': 200, list: ['a'], f: 1.5, b: true },
  events: [{ name: 'exception', timestamp: '2026-11-21T10:58:04.724Z', attributes: { 'exception.type': 'E' } }],
  links: [],
  resource: { attributes: { 'service.name': 'shop', n: 1 } },
};

function corpus(): Uint8Array[] {
  const folder = join(import.meta.dirname, '../../../test/data/tracebacks');
  const tracebacks = readFileSync(join(folder, 'python-3.13.txt'), 'utf8').split(/^#### .*\n/m);
  const records = [
    '{"timestamp": "2026-11-21 17:52:13,123", "level": "ERROR", "message": "除零错误发生", "service": "my-python-app", "lineno": 34, "thread": 139637976729408, "user_id": null, "exception": "Traceback (most recent call last):\\n  File \\"a.py\\", line 32, in <module>\\n    1 / 0\\nZeroDivisionError: division by zero"}',
    '{"asctime":"2026-11-21 17:52:13,123","levelname":"INFO","name":"root","message":"\\u7528\\u6237 \\ud83d\\ude00","n":-12.5e-3,"nested":{"a":[1,{"b":null}]},"big":123456789012345678901234567890}',
    '{"@timestamp":"2026-11-21T09:52:13.5Z","log.level":"warn","error":{"type":"E","message":"m","stack_trace":"s"},"trace":{"id":"0af7651916cd43dd8448eb211c80319c"}}',
    '{"event":"m","exception":[{"exc_type":"KeyError","exc_value":"k","is_cause":false,"frames":[{"filename":"a.py","lineno":3,"name":"f"}]}],"exc_info":["a","b"],"ts":1795254733.125}',
    '{"a":NaN,"b":-Infinity,"dd.trace_id":"11803532876627986230","otelSpanID":"00f067aa0ba902b7","level":30,"time":1795254733123}',
    '2026-11-21 09:52:13,123 [4711] [MainThread] INFO app.a: hi',
    '2026-11-21 09:52:13,123 INFO [app] [a.py:17] [trace_id=0af7651916cd43dd8448eb211c80319c span_id=00f067aa0ba902b7 resource.service.name=shop] - placed',
    '[2026-11-21 09:52:13,123: INFO/MainProcess] Task shop.pay[ab-1] received',
    'INFO:werkzeug:127.0.0.1 - - [21/Nov/2026 09:52:13] "GET / HTTP/1.1" 200 -',
    'time=2026-11-21T09:52:13Z level=warn msg="two \\"words\\"" status=200 took=0.5',
    '\u001b[32m2026-11-21 09:52:13\u001b[0m | INFO | shop.orders:place:12 - 下单',
    '<34>Nov 21 09:52:13 host1 orders[4711]: paid',
    JSON.stringify(span, undefined, 4),
    ...tracebacks,
  ];
  return records.map((record) => encoder.encode(record));
}

const spices = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '\\u',
  '\\ud800',
  '\0',
  '\n',
  'NaN',
  '-',
  '1e999',
  '0x',
  '\u{1f600}',
  '9'.repeat(30),
  ' ',
  '\u007f',
  '=',
  '2026-',
  'null',
].map((text) => encoder.encode(text));

const FRAME = 500;

/** Decodes that many mutated records: nothing throws, every record becomes one row (or span), every row can be given back. Gives back how many ran. */
export function fuzzLines(inputs: number, seed: number): number {
  const random = randomOf(seed);
  const records = corpus();
  const lines = new LineDecoder();
  const block = new TelemetryBlock();
  const zones = ['UTC', 'Asia/Kathmandu', 'America/St_Johns'];
  for (let done = 0; done < inputs; done += FRAME) {
    const batch = Array.from({ length: FRAME }, () =>
      mutateBytes(records[random(records.length)]!, records[random(records.length)]!, spices, random),
    );
    const body = Buffer.concat(batch.flatMap((record) => [record, Uint8Array.of(0x0a)]));
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    block.clear();
    const meta = { stream: { path: '/a' }, zone: zones[random(3)] };
    lines.begin(
      block,
      { received: 1_795_255_933_000_000_000n, expiredBefore: { logs: -(2n ** 62n), spans: 0n }, meta },
      body,
    );
    let at = 0;
    const rowOf = batch.map((record) => {
      const before = block.logs.rows;
      const outcome = lines.decode(body, view, at, at + record.length);
      at += record.length + 1;
      if (outcome !== 'stored') throw new Error(`not stored: ${Buffer.from(record).toString('base64')}`);
      return block.logs.rows > before ? before : -1;
    });
    block.logs.attributes.fillUp();
    expect(block.logs.rows + block.spans.rows).toBe(FRAME);
    for (const [name, column] of [...Object.entries(block.logs), ...Object.entries(block.logs.attributes)]) {
      const rows = (column as { rows: number }).rows;
      if (rows !== block.logs.rows && name !== 'ingester' && name !== 'sequence')
        throw new Error(`${name}: ${rows} rows`);
    }
    checkRebuilt(block, batch, rowOf, random(FRAME));
  }
  return Math.ceil(inputs / FRAME) * FRAME;
}

/** Texts come back byte for byte, documents with the same number of top-level fields at least. */
function checkRebuilt(
  block: TelemetryBlock,
  batch: readonly Uint8Array[],
  rowOf: readonly number[],
  index: number,
): void {
  const row = rowOf[index]!;
  if (row < 0) return;
  let text: string;
  try {
    text = decoder.decode(batch[index]);
  } catch {
    expect([...block.logs.raw.bytesAt(row)]).toEqual([...batch[index]!]);
    return;
  }
  const { rebuilt } = readRow(block, row);
  if (rebuilt === text) return;
  expect(text.trimStart()[0], text).toBe('{');
  const plain = (json: string): string => json.replaceAll(/\bNaN\b|-?\bInfinity\b/g, '0');
  const names = (json: string): string[] => Object.keys(JSON.parse(plain(json)) as object).toSorted();
  // Control characters that stand raw in a document, which JSON.parse refuses, count as the blanks that their escapes count as.
  const blank = (json: string): string =>
    json
      .replaceAll(/\\u00[01][0-9a-f]|\\[nrtbf]/gi, ' ')
      .replaceAll(/\p{Cc}/gu, (letter) => (letter < ' ' ? ' ' : letter));
  expect(names(blank(rebuilt)), text).toEqual(names(blank(text)));
}
