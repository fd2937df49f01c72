// PromQL through the store process: the same answers as over series in memory.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TelemetryBlock } from '../../src/model/telemetry-block.ts';
import { allOptions } from '../../src/query/promql/options.ts';
import { MemorySeriesSource } from '../../src/query/promql/memory-series-source.ts';
import { LocalQueryRunner, type QueryRunner } from '../../src/query/promql/query-runner.ts';
import { readQuery, type QueryOptions } from '../../src/query/promql/query.ts';
import { NativeBlockWriter } from '../../src/storage/clickhouse/block-files.ts';
import { StoreClient } from '../../src/store/store-client.ts';
import { QueryGenerator } from '../promql/generate-query.ts';
import { makeSampleSeries, SERIES_START_MS } from '../promql/sample-series.ts';
import { pushSeries } from './make-series.ts';
import { makeFolder } from './open-engine.ts';

const QUERIES = 300;
const memory = new MemorySeriesSource();
const local = new LocalQueryRunner(memory);
let store: StoreClient;

beforeAll(async () => {
  const folder = makeFolder();
  store = new StoreClient({ folder });
  await store.ready;
  // In two blocks, the second with some samples of the first again.
  const blocks = [new TelemetryBlock(), new TelemetryBlock()] as const;
  for (const { labels, samples } of makeSampleSeries()) {
    memory.append(labels, samples);
    pushSeries(blocks[0], labels, samples.slice(0, 150));
    pushSeries(blocks[1], labels, samples.slice(140));
  }
  for (const [i, block] of blocks.entries())
    await store.insert(`block-${i}`, await new NativeBlockWriter().write(block, folder, `block-${i}`));
});
afterAll(() => store.close());

function ask(
  runner: QueryRunner,
  text: string,
  stepMs: number,
  options: QueryOptions = {},
): ReturnType<QueryRunner['instant']> {
  const parsed = readQuery(text, allOptions);
  if (!parsed.ok) throw new Error(text, { cause: parsed.error });
  const startMs = SERIES_START_MS + 600_000;
  return stepMs === 0
    ? runner.instant(parsed.value, startMs, options)
    : runner.range(parsed.value, startMs, startMs + 1_500_000, stepMs, options);
}

async function show(runner: QueryRunner, text: string, stepMs: number): Promise<unknown> {
  const result = await ask(runner, text, stepMs);
  if (!result.ok) return `${result.error.kind}: ${result.error.message}`;
  const { data, warnings, infos } = result.value;
  if (data.type === 'scalar' || data.type === 'string') return { data, warnings, infos };
  const series = data.series.map(({ labels, times, values }) => ({
    labels: labels.key,
    times: [...times],
    bits: new BigUint64Array(values.slice().buffer).map((bits, i) => (Number.isNaN(values[i]) ? 0n : bits)),
  }));
  return { type: data.type, series: series.toSorted((a, b) => (a.labels < b.labels ? -1 : 1)), warnings, infos };
}

test(`${QUERIES} generated queries`, async () => {
  const generator = new QueryGenerator(7);
  // Which of equal series is taken, and the last digits of sums, depend on the order of series.
  const unordered = /topk|bottomk|limitk|stddev|stdvar|avg|sum|found duplicate/;
  for (let i = 0; i < QUERIES; i++) {
    const text = generator.query();
    if (unordered.test(text)) continue;
    const stepMs = [0, 60_000, 47_000][i % 3]!;
    const [ours, expected] = await Promise.all([show(store.queries, text, stepMs), show(local, text, stepMs)]);
    if (typeof expected === 'string' && expected.includes('duplicate')) expect(typeof ours).toBe('string');
    else expect(ours, text).toEqual(expected);
  }
});

test('stale markers and scalars cross as they are', async () => {
  expect(await show(store.queries, 'scalar(sum(build_info)) + 0.5', 60_000)).toEqual(
    await show(local, 'scalar(sum(build_info)) + 0.5', 60_000),
  );
  expect(await show(store.queries, '"text 文"', 0)).toEqual(await show(local, '"text 文"', 0));
});

test('limits say which one it was, and an abort ends the query', async () => {
  const few = await ask(store.queries, 'rate(requests_total[5m])', 60_000, { engine: { maxSamples: 100 } });
  expect(few.ok || few.error.message).toMatch(/the limit is 100 samples/);
  const aborted = await ask(store.queries, 'sum(rate(requests_total[5m]))', 60_000, { signal: AbortSignal.abort() });
  expect(aborted.ok || aborted.error.kind).toBe('canceled');
  const backwards = await store.queries.range({ text: 'up', expression: undefined as never }, 0, 1, 0);
  expect(backwards.ok || backwards.error.kind).toBe('bad_data');
});

test('statistics of each read and each stage come along', async () => {
  const result = await ask(store.queries, 'sum(rate(requests_total[5m]))', 60_000, { trace: true });
  if (!result.ok) throw result.error;
  const { statistics } = result.value;
  expect(statistics.selections[0]).toMatchObject({ matchers: '{__name__="requests_total"}', series: 18 });
  expect(statistics.trace.map(({ expression }) => expression).at(0)).toContain('sum');
});
