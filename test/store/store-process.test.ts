// The store as a process: killed, hung, out of memory and left alone, under insert load. What was inserted is there once.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { TelemetryBlock } from '../../src/model/telemetry-block.ts';
import { NativeBlockWriter } from '../../src/storage/clickhouse/block-files.ts';
import type { BlockFile } from '../../src/storage/ports/block-sink.ts';
import { everything, type GroupPlan } from '../../src/storage/ports/plan.ts';
import { defaultLimits } from '../../src/storage/ports/query-result.ts';
import { StoreClient, type StoreEvent } from '../../src/store/store-client.ts';
import { makeRandom, pushLogs, pushSpans } from './make-blocks.ts';
import { makeFolder } from './open-engine.ts';

const FROM = 1_795_000_000_000_000_000n;
const ROWS = 5000;
const range = { from: FROM - 10n ** 12n, to: FROM + 10n ** 13n };

const clients: StoreClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

async function openClient(
  folder: string,
  options: { memoryBytes?: number } = {},
): Promise<{ client: StoreClient; events: StoreEvent[] }> {
  const events: StoreEvent[] = [];
  const client = new StoreClient({ folder, ...options, onEvent: (event) => events.push(event) });
  clients.push(client);
  await client.ready;
  return { client, events };
}

async function makeFiles(folder: string, number: number): Promise<BlockFile[]> {
  const block = new TelemetryBlock();
  const at = { from: FROM + BigInt(number) * 10n ** 9n, span: 1e9, seed: number + 1, sequence: BigInt(number * ROWS) };
  pushLogs(block, { rows: ROWS, ...at });
  pushSpans(block, { rows: ROWS, ...at });
  return new NativeBlockWriter().write(block, folder, `block-${number}`);
}

const countPlan = (from: 'logs' | 'spans'): GroupPlan => ({
  kind: 'groups',
  from,
  range,
  where: everything,
  by: [],
  limit: 1,
  aggregates: [{ kind: 'count' }, { kind: 'distinct', field: { kind: 'column', name: 'sequence' } }],
});

/** Rows and distinct rows of both signals. */
async function count(client: StoreClient): Promise<number[]> {
  const logs = await client.logs.query(countPlan('logs'));
  const spans = await client.traces.query(countPlan('spans'));
  return [logs, spans].flatMap(({ columns }) => [columns['value0']![0] as number, columns['value1']![0] as number]);
}

/** Inserts as the spool does: again and again until it is there. */
async function insertPatiently(client: StoreClient, token: string, files: readonly BlockFile[]): Promise<number> {
  for (let attempts = 1; ; attempts++) {
    try {
      await client.insert(token, files);
      return attempts;
    } catch (error) {
      expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', status: 503 });
      await sleep(20);
    }
  }
}

const untilReady = (client: StoreClient): Promise<void> =>
  expect.poll(() => client.isReady, { interval: 20 }).toBe(true) as unknown as Promise<void>;

test('killed at random moments under load: every block is there, once', async () => {
  const folder = makeFolder();
  const { client } = await openClient(folder);
  const random = makeRandom(7);
  let kills = 0;
  const killing = (async () => {
    for (; kills < 3; kills++) {
      await sleep(50 + random() * 250);
      await untilReady(client);
      process.kill(client.pid!, 'SIGKILL');
    }
  })();
  // As many as it takes to be killed so often.
  let blocks = 0;
  for (; kills < 3 || blocks < 9; blocks++)
    await insertPatiently(client, `1/${blocks}`, await makeFiles(folder, blocks));
  await killing;
  await untilReady(client);
  // A replay offers what was acknowledged as well.
  for (const number of [0, blocks - 1]) await client.insert(`1/${number}`, await makeFiles(folder, number));
  expect(client.restarts).toBeGreaterThan(0);
  expect(await count(client)).toEqual([blocks * ROWS, blocks * ROWS, blocks * ROWS, blocks * ROWS]);
});

test('hung: it is killed and started again, calls that waited are told', async () => {
  const folder = makeFolder();
  const { client, events } = await openClient(folder);
  await client.insert('1/0', await makeFiles(folder, 0));
  const files = await makeFiles(folder, 1);
  process.kill(client.pid!, 'SIGSTOP');
  await expect(Promise.any([client.insert('1/1', files), count(client)])).rejects.toMatchObject({
    errors: [{ code: 'STORE_UNAVAILABLE', retryAfterSeconds: 2 }, { code: 'STORE_UNAVAILABLE' }],
  });
  await untilReady(client);
  await client.insert('1/1', files);
  expect(await count(client)).toEqual([2 * ROWS, 2 * ROWS, 2 * ROWS, 2 * ROWS]);
  expect(events.map((event) => event.kind)).toEqual(['ready', 'ended', 'ready']);
});

test('out of memory: the query fails with the reason, inserts go on', async () => {
  const folder = makeFolder();
  const { client } = await openClient(folder, { memoryBytes: 600 * 1024 * 1024 });
  for (let number = 0; number < 4; number++) await client.insert(`1/${number}`, await makeFiles(folder, number));
  const greedy: GroupPlan = {
    kind: 'groups',
    from: 'logs',
    range,
    where: everything,
    by: [{ kind: 'column', name: 'traceId' }],
    limit: 10,
    aggregates: [{ kind: 'distinct', field: { kind: 'column', name: 'body' } }],
  };
  const limits = { ...defaultLimits, memoryBytes: 5_000_000 };
  const files = await makeFiles(folder, 4);
  const [asked] = await Promise.allSettled([
    client.logs.query(greedy, { limits }),
    insertPatiently(client, '1/4', files),
  ]);
  expect(asked).toMatchObject({ status: 'rejected', reason: { code: 'QUERY_MEMORY' } });
  expect(client.restarts).toBe(0);
  expect((await count(client))[0]).toBe(5 * ROWS);
});

test('out of memory of its own heap: it dies, and is back', async () => {
  const folder = makeFolder();
  const { client } = await openClient(folder);
  await client.insert('1/0', await makeFiles(folder, 0));
  // What V8 does when its heap is full.
  process.kill(client.pid!, 'SIGABRT');
  await expect.poll(() => client.restarts).toBe(1);
  await untilReady(client);
  expect((await count(client))[0]).toBe(ROWS);
});

test('a store whose front is gone ends by itself, and the next one gets its folder', async () => {
  const folder = makeFolder();
  const module = join(import.meta.dirname, '../../src/store/store-client.ts');
  const code = `const { StoreClient } = await import(${JSON.stringify(module)});
    const client = new StoreClient({ folder: ${JSON.stringify(folder)} });
    await client.ready; console.log(client.pid); setInterval(() => {}, 1000);`;
  const front = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void front.kill('SIGKILL'));
  const [pid] = (await once(front.stdout, 'data')) as [Buffer];
  front.kill('SIGKILL');
  // The new store starts while the old one may still hold the lock.
  const { client } = await openClient(folder);
  expect(client.restarts).toBe(0);
  await expect.poll(() => existsSync(`/proc/${String(pid).trim()}`)).toBe(false);
});

test('a folder in use: the first start says so, and is the only one', async () => {
  const folder = makeFolder();
  await openClient(folder);
  const events: StoreEvent[] = [];
  const second = new StoreClient({ folder, onEvent: (event) => events.push(event) });
  clients.push(second);
  await expect(second.ready).rejects.toMatchObject({ code: 'STORE_IN_USE' });
  // Another start would come within this time; a slow machine only lets it pass unseen.
  await sleep(1000);
  expect([second.restarts, events]).toEqual([0, []]);
});

test('after close it neither answers nor comes back', async () => {
  const { client, events } = await openClient(makeFolder());
  await client.close();
  await expect(client.statistics()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(events.map((event) => event.kind)).toEqual(['ready']);
});

test('an abort crosses the socket', async () => {
  const folder = makeFolder();
  const { client } = await openClient(folder);
  for (let number = 0; number < 3; number++) await client.insert(`1/${number}`, await makeFiles(folder, number));
  const abort = new AbortController();
  const slow: GroupPlan = {
    ...countPlan('logs'),
    where: { kind: 'matches', field: { kind: 'column', name: 'body' }, pattern: '(.*.*.*.*){20}x{1,200}y' },
  };
  const asked = client.logs.query(slow, { signal: abort.signal });
  abort.abort();
  await expect(asked).rejects.toMatchObject({ code: 'QUERY_ABORTED' });
  expect((await count(client))[0]).toBe(3 * ROWS);
});
