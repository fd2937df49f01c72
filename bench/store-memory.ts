// Measures the store process' memory (PSS) and CPU: idle, under two million log rows with queries between them, and afterwards.
// Usage: node bin/run.js bench/store-memory.ts [BLOCKS]
import { readFileSync, rmSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeBlockWriter } from '../src/storage/clickhouse/block-files.ts';
import { everything } from '../src/storage/ports/plan.ts';
import { StoreClient } from '../src/store/store-client.ts';
import { makeLogBlock } from '../test/store/make-blocks.ts';

const BLOCK = 200_000;
const FROM = 1_795_000_000_000_000_000n;
const blocks = Number(process.argv[2] ?? 10);
const folder = join(tmpdir(), 'holter-bench-memory');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const client = new StoreClient({ folder });
await client.ready;

const started = performance.now();
function report(what: string): void {
  const rollup = readFileSync(`/proc/${client.pid}/smaps_rollup`, 'utf8');
  const mib = (name: string): string =>
    (Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)![1]) / 1024).toFixed(0);
  const stat = readFileSync(`/proc/${client.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  const cpu = (Number(stat[11]) + Number(stat[12])) / 100;
  const at = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `${at} s | ${what} | PSS ${mib('Pss')} MiB (anonymous ${mib('Pss_Anon')}, file ${mib('Pss_File')}) | CPU ${cpu} s`,
  );
}

report('opened');
await sleep(5000);
report('idle 5 s');
const range = { from: FROM, to: FROM + 10n ** 13n };
for (let i = 0; i < blocks; i++) {
  const from = FROM + BigInt(i) * 360n * 10n ** 9n;
  const block = makeLogBlock({ rows: BLOCK, from, span: 360e9, seed: i, sequence: BigInt(i * BLOCK) });
  const files = await new NativeBlockWriter().write(block, folder, 'block');
  await client.insert(`1/${i}`, files);
  report(`block ${i + 1}`);
}
await client.logs.query({
  kind: 'rows',
  from: 'logs',
  range,
  where: everything,
  select: 'all',
  order: 'newest',
  limit: 1000,
});
await client.logs.query({
  kind: 'groups',
  from: 'logs',
  range,
  where: everything,
  by: [{ kind: 'column', name: 'body' }],
  limit: 10,
  aggregates: [{ kind: 'count' }],
});
await client.logs.query({ kind: 'field-names', from: 'logs', range, where: everything, limit: 100 });
report('queries');
for (const seconds of [5, 10, 15, 30]) {
  await sleep(seconds * 1000);
  report(`${seconds} s more`);
}
await client.close();
