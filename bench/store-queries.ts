// Measures the queries of the log and trace stores through the store process, as the server asks them. Needs no server.
// Usage: node bin/run.js bench/store-queries.ts [ROWS]; prints a Markdown table (median and least of 15 runs, ms).
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TelemetryBlock } from '../src/model/telemetry-block.ts';
import { NativeBlockWriter } from '../src/storage/clickhouse/block-files.ts';
import { everything, type Field, type GroupPlan, type Predicate, type RowPlan } from '../src/storage/ports/plan.ts';
import { StoreClient } from '../src/store/store-client.ts';
import { pushLogs, pushSpans } from '../test/store/make-blocks.ts';

const BLOCK = 200_000;
const FROM = 1_795_000_000_000_000_000n;
const HOUR = 3_600_000_000_000n;
const MINUTE = 60_000_000_000n;
const blocks = Math.ceil(Number(process.argv[2] ?? 2_000_000) / BLOCK);
const folder = join(tmpdir(), 'holter-bench-queries');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const client = new StoreClient({ folder });
await client.ready;

let traceId = '';
const step = HOUR / BigInt(blocks);
let insertMs = 0;
for (let i = 0; i < blocks; i++) {
  const block = new TelemetryBlock();
  const at = { from: FROM + BigInt(i) * step, span: Number(step), seed: i + 1, sequence: BigInt(i * BLOCK) };
  pushLogs(block, { rows: BLOCK, ...at, needle: i === blocks >> 1 });
  pushSpans(block, { rows: BLOCK / 4, ...at });
  if (i === blocks >> 1) traceId = Buffer.from(block.spans.traceId.at(1000)).toString('hex');
  const files = await new NativeBlockWriter().write(block, folder, 'block');
  const start = performance.now();
  await client.insert(`1/${i}`, files);
  insertMs += performance.now() - start;
}
await sleep(10_000);

const range = { from: FROM - MINUTE, to: FROM + HOUR };
const column = (name: string): Field => ({ kind: 'column', name });
const few = ['time', 'service', 'severity', 'body'].map(column);
const rows = (where: Predicate, select: RowPlan['select'], limit = 100): RowPlan => ({
  kind: 'rows',
  from: 'logs',
  range,
  where,
  select,
  order: 'newest',
  limit,
});
const groups = (where: Predicate, by: readonly Field[], bucket?: bigint): GroupPlan => ({
  kind: 'groups',
  from: 'logs',
  range,
  where,
  by,
  aggregates: [{ kind: 'count' }],
  limit: 1000,
  ...(bucket === undefined ? {} : { bucket }),
});
const equals = (field: Field, value: string | number): Predicate => ({ kind: 'compare', field, op: '=', value });
const needle: Predicate = { kind: 'words', text: 'needle-7f3a9c' };
const errors: Predicate = { kind: 'compare', field: column('severity'), op: '>=', value: 17 };
const orders = equals(column('service'), 'orders');
const substring: Predicate = { kind: 'substring', field: column('body'), text: 'db-3 timed', ignoreCase: false };
const twenty = { from: FROM + HOUR / 3n, to: FROM + (HOUR * 2n) / 3n };

const queries: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['needle, all columns', () => client.logs.query(rows(needle, 'all'))],
  ['needle, few columns', () => client.logs.query(rows(needle, few))],
  [
    'trace by id',
    () => client.traces.query({ ...rows(equals(column('traceId'), traceId), 'all', 1000), from: 'spans' }),
  ],
  ['logs of a trace', () => client.logs.query(rows(equals(column('traceId'), traceId), 'all'))],
  ['newest 100, all columns', () => client.logs.query(rows(everything, 'all'))],
  ['newest 100 errors, all columns', () => client.logs.query(rows(errors, 'all'))],
  ['newest 100 errors, few columns', () => client.logs.query(rows(errors, few))],
  ['newest 100 of a service, all columns', () => client.logs.query(rows(orders, 'all'))],
  ['newest 100 with Chinese words', () => client.logs.query(rows({ kind: 'words', text: '数据库超时' }, few))],
  [
    'attribute equals a text',
    () => client.logs.query(rows(equals({ kind: 'attribute', name: 'request_id' }, 'r-nothing'), few)),
  ],
  [
    'attribute equals a number',
    () => client.logs.query(rows(equals({ kind: 'attribute', name: 'user_id' }, 777), few)),
  ],
  ['errors by service, 20 min', () => client.logs.query({ ...groups(errors, [column('service')]), range: twenty })],
  ['histogram, 1 h by minute', () => client.logs.query(groups(everything, [], MINUTE))],
  ['histogram by severity, 1 h by minute', () => client.logs.query(groups(everything, [column('severity')], MINUTE))],
  [
    'histogram of a word, 1 h by minute',
    () => client.logs.query(groups({ kind: 'words', text: 'accepted' }, [], MINUTE)),
  ],
  ['count of a word', () => client.logs.query(groups({ kind: 'words', text: 'accepted' }, []))],
  ['count of a substring', () => client.logs.query(groups(substring, []))],
  ['count of a substring of a service', () => client.logs.query(groups({ kind: 'all', of: [orders, substring] }, []))],
  [
    'top values of an attribute',
    () => client.logs.query(groups(everything, [{ kind: 'attribute', name: 'http.route' }])),
  ],
  ['field names', () => client.logs.query({ kind: 'field-names', from: 'logs', range, where: everything, limit: 100 })],
];
console.log(
  `${blocks * BLOCK} log rows, ${(blocks * BLOCK) / 4} spans, inserted in ${(insertMs / 1000).toFixed(1)} s\n`,
);
console.log('| query | median ms | least ms |\n|---|---|---|');
for (const [name, ask] of queries) {
  const times: number[] = [];
  for (let i = 0; i < 15; i++) {
    const start = performance.now();
    await ask();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  console.log(`| ${name} | ${times[7]!.toFixed(1)} | ${times[0]!.toFixed(1)} |`);
}
console.log('');
for (const one of await client.statistics()) {
  if (one.rows === 0) continue;
  const per = (bytes: number): string => (bytes / one.rows).toFixed(1);
  console.log(
    `${one.table}: ${one.rows} rows in ${one.parts} parts; a row ${per(one.columnBytes)} B columns, ${per(one.indexBytes)} B indexes, ${per(one.rawBytes)} B raw`,
  );
}
await client.close();
