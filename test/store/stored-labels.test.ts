// Labels stand once in each partition of a real store: after a kill, and after retention has dropped them, samples still have theirs,
// and the head answers what the tables answer.
import { afterEach, expect, test } from 'vitest';
import { exported, NOW, scraped, written } from '../../src/ingest/metric-frames.case.ts';
import { otlpFrameKinds } from '../../src/ingest/otlp/frame-kinds.ts';
import { remoteWriteFrame } from '../../src/ingest/remote-write/remote-write-frame.ts';
import { scrapeFrame } from '../../src/ingest/scrape/scrape-frame.ts';
import type { SpooledIntake } from '../../src/ingest/spooled-intake.ts';
import { allOptions } from '../../src/query/promql/options.ts';
import { readQuery } from '../../src/query/promql/query.ts';
import { NativeBlockWriter } from '../../src/storage/clickhouse/block-files.ts';
import { StoreClient } from '../../src/store/store-client.ts';
import { temporaryIntake } from '../durability/temporary-intake.ts';
import { makeFolder } from './open-engine.ts';
import { rebuilt } from './rebuilt.ts';

const DAY_MS = 86_400_000;
const kinds = [...otlpFrameKinds, scrapeFrame, remoteWriteFrame];
const users = ['ada', 'bo', 'cy'];
const clients: StoreClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

async function begin(): Promise<{ store: StoreClient; intake: SpooledIntake }> {
  const store = new StoreClient({ folder: makeFolder() });
  clients.push(store);
  await store.ready;
  await rebuilt(store);
  const intake = await temporaryIntake().start({
    kinds,
    sink: store,
    writer: new NativeBlockWriter(),
    taps: [store.tap],
  });
  return { store, intake };
}

/** How many samples of each user the tables have, and the head. */
async function readCounts(store: StoreClient): Promise<{ tables: unknown; head: unknown }> {
  const matchers = [{ name: '__name__', op: 'eq', value: 'hits' }] as const;
  const [from, to] = [NOW - DAY_MS, NOW + DAY_MS];
  const series = await store.metrics.series(matchers, from, to, 100);
  const samples = await store.metrics.samples(matchers, from, to);
  const names = new Map(
    Array.from(series.columns['series'] as BigUint64Array, (id, row) => {
      const labels = new Map((series.columns['labels'] as readonly (readonly (readonly [string, string])[])[])[row]);
      return [id, labels.get('user')];
    }),
  );
  const tables: Record<string, number> = {};
  for (const id of samples.columns['series'] as BigUint64Array) {
    const user = names.get(id) ?? 'nobody';
    tables[user] = (tables[user] ?? 0) + 1;
  }
  const query = readQuery('sum by (user) (count_over_time(hits[1h]))', allOptions);
  if (!query.ok) throw new Error('bug');
  const result = await store.queries.instant(query.value, NOW + 1_800_000);
  if (!result.ok || result.value.data.type !== 'vector') throw new Error('no vector');
  const head = result.value.data.series.map(({ labels, values }) => [labels.get('user'), values[0]]);
  return { tables, head: Object.fromEntries(head) };
}

test.each([
  ['remote write', written],
  ['scrape', scraped],
  ['OTLP', exported],
])('%s: samples have their labels after a kill and after retention', async (_, frame) => {
  const { store, intake } = await begin();
  let minute = 0;
  const send = async (): Promise<void> => {
    await intake.accept(frame('hits', users, NOW + minute++ * 60_000));
  };
  const expectEach = async (count: number): Promise<void> => {
    const each = Object.fromEntries(users.map((user) => [user, count]));
    expect(await readCounts(store)).toEqual({ tables: each, head: each });
  };
  for (let i = 0; i < 3; i++) {
    await send();
    await intake.flush();
  }
  await expectEach(3);
  // Decoded while the labels were in the tables.
  await send();
  process.kill(store.pid!, 'SIGKILL');
  await send();
  await intake.flush();
  await expectEach(5);
  await send();
  await intake.flush();
  await expectEach(6);
  await send();
  await store.retain({ classes: [{ logs: DAY_MS, traces: DAY_MS, metrics: DAY_MS }] }, NOW + 3 * DAY_MS);
  await send();
  await intake.flush();
  const { tables } = await readCounts(store);
  expect(tables).toEqual(Object.fromEntries(users.map((user) => [user, 2])));
  await send();
  await intake.flush();
  expect((await readCounts(store)).tables).toEqual(Object.fromEntries(users.map((user) => [user, 3])));
});
