// The hot head is a cache: with it, with a part of it, without it and after a kill every answer is the same.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { markBlock } from '../../src/model/block-mark.ts';
import type { Labels } from '../../src/model/labels.ts';
import { TelemetryBlock } from '../../src/model/telemetry-block.ts';
import type { MemorySample } from '../../src/query/promql/memory-series-source.ts';
import { allOptions } from '../../src/query/promql/options.ts';
import { MemorySeriesSource } from '../../src/query/promql/memory-series-source.ts';
import { LocalQueryRunner, type QueryRunner } from '../../src/query/promql/query-runner.ts';
import { readQuery } from '../../src/query/promql/query.ts';
import { NativeBlockWriter } from '../../src/storage/clickhouse/block-files.ts';
import { StoreClient, type StoreClientOptions } from '../../src/store/store-client.ts';
import { QueryGenerator } from '../promql/generate-query.ts';
import { makeSampleSeries, SERIES_END_MS, SERIES_START_MS } from '../promql/sample-series.ts';
import { pushSeries } from './make-series.ts';
import { makeFolder } from './open-engine.ts';
import { rebuilt } from './rebuilt.ts';

const MINUTE = 60_000;
const BLOCKS = 6;
const PART = 40;
/** The samples end a few minutes ago. */
const SHIFT = Math.floor((Date.now() - 5 * MINUTE - SERIES_END_MS) / MINUTE) * MINUTE;

const memory = new MemorySeriesSource();
const local = new LocalQueryRunner(memory);
const series = makeSampleSeries().map(({ labels, samples }): { labels: Labels; samples: MemorySample[] } => ({
  labels,
  samples: samples.map((sample) => ({ ...sample, timeMs: sample.timeMs + SHIFT })),
}));
const clients: StoreClient[] = [];

/** A store and the folder that its blocks are written to. */
interface Fed {
  readonly store: StoreClient;
  readonly folder: string;
}

async function open(
  folder: string,
  headSamples?: number,
  options: Pick<StoreClientOptions, 'headSeries'> = {},
): Promise<Fed> {
  const store = new StoreClient({ folder, ...options, ...(headSamples === undefined ? {} : { headSamples }) });
  clients.push(store);
  await store.ready;
  await rebuilt(store);
  return { store, folder };
}

/** Block `number` as one frame; every block has some samples of the one before again. */
function makeBlock(number: number): TelemetryBlock {
  const block = new TelemetryBlock();
  for (const { labels, samples } of series) {
    const from = number * PART - (number === 0 ? 0 : 5);
    pushSeries(block, labels, samples.slice(from, number === BLOCKS - 1 ? undefined : (number + 1) * PART));
  }
  return block;
}

function tell({ store }: Fed, number: number, block: TelemetryBlock): void {
  const frame = { number: number + 1, source: 'test', received: 0n as never };
  store.tap.accepted(block, { ...frame, from: markBlock(new TelemetryBlock()), to: markBlock(block) });
}

async function insert({ store, folder }: Fed, number: number, block: TelemetryBlock): Promise<void> {
  const token = `a-${number + 1}-${number + 1}`;
  await store.insert(token, await new NativeBlockWriter().write(block, folder, token));
}

async function show(runner: QueryRunner, text: string, stepMs: number): Promise<unknown> {
  const parsed = readQuery(text, allOptions);
  if (!parsed.ok) throw new Error(text, { cause: parsed.error });
  const startMs = SERIES_START_MS + SHIFT + 600_000;
  const result =
    stepMs === 0
      ? await runner.instant(parsed.value, startMs + 1_700_000)
      : await runner.range(parsed.value, startMs, startMs + 3_200_000, stepMs);
  if (!result.ok) return result.error.kind;
  const { data } = result.value;
  if (data.type === 'scalar' || data.type === 'string') return data;
  const rows = data.series.map(({ labels, times, values }) => [
    labels.key,
    [...times],
    [...new BigUint64Array(values.slice().buffer)].map((bits, i) => (Number.isNaN(values[i]) ? 0n : bits)),
  ]);
  return rows.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

// Which of equal series is taken, and last digits, depend on the order in which series come.
const unordered = /topk|bottomk|limitk|stddev|stdvar|avg|sum/;

async function compare(store: StoreClient, seed: number): Promise<void> {
  const generator = new QueryGenerator(seed);
  for (let compared = 0; compared < 120;) {
    const text = generator.query();
    if (unordered.test(text) || !readQuery(text, allOptions).ok) continue;
    compared++;
    const stepMs = [0, 60_000, 47_000][compared % 3]!;
    const [ours, expected] = await Promise.all([show(store.queries, text, stepMs), show(local, text, stepMs)]);
    expect(ours, text).toEqual(expected);
  }
}

beforeAll(() => {
  for (const { labels, samples } of series) memory.append(labels, samples);
});
afterAll(async () => {
  for (const client of clients) await client.close();
});

test('acknowledged samples are there before they are inserted, and after a kill', async () => {
  const fed = await open(makeFolder());
  const blocks = Array.from({ length: BLOCKS }, (_, number) => makeBlock(number));
  for (const [number, block] of blocks.entries()) {
    tell(fed, number, block);
    // The last two are only acknowledged.
    if (number < BLOCKS - 2) await insert(fed, number, block);
  }
  expect((await fed.store.head()).completeFromMs).toBe(-Infinity);
  await compare(fed.store, 3);

  const ended = fed.store.restarts;
  process.kill(fed.store.pid!, 'SIGKILL');
  while (fed.store.restarts === ended) await sleep(20);
  await rebuilt(fed.store);
  // Nobody told the new head of these.
  for (const number of [BLOCKS - 2, BLOCKS - 1]) await insert(fed, number, blocks[number]!);
  const { completeFromMs } = await fed.store.head();
  expect(completeFromMs).toBeLessThan(Date.now());
  await compare(fed.store, 4);
});

test('a head that is too small is completed from the tables', async () => {
  const fed = await open(makeFolder(), 8000);
  for (let number = 0; number < BLOCKS; number++) {
    const block = makeBlock(number);
    // Every other block comes without a word.
    if (number % 2 === 0) tell(fed, number, block);
    await insert(fed, number, block);
  }
  const { completeFromMs, series: known } = await fed.store.head();
  expect(completeFromMs).toBeGreaterThan(SERIES_START_MS + SHIFT + 600_000);
  expect(known).toBe(series.length);
  await compare(fed.store, 5);
});

test('a head with too many series begins anew', async () => {
  // There are more series than that: every block that is inserted ends a head.
  const fed = await open(makeFolder(), undefined, { headSeries: { limit: series.length - 1, minimumMs: 0 } });
  for (let number = 0; number < BLOCKS; number++) {
    const block = makeBlock(number);
    tell(fed, number, block);
    await insert(fed, number, block);
  }
  await rebuilt(fed.store);
  await compare(fed.store, 8);
});

test('without a head', async () => {
  const fed = await open(makeFolder(), 0);
  for (let number = 0; number < BLOCKS; number++) await insert(fed, number, makeBlock(number));
  await compare(fed.store, 6);
});
