// The index answers which series there are as the tables do, and knows what is only acknowledged.
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { markBlock } from '../../src/model/block-mark.ts';
import { canonicalLabels, fingerprintLabels } from '../../src/model/series-identity.ts';
import { compareLabels, Labels, METRIC_NAME } from '../../src/model/labels.ts';
import { TelemetryBlock } from '../../src/model/telemetry-block.ts';
import { Matcher, type MatchOperator } from '../../src/query/promql/matcher.ts';
import { IndexedSeriesCatalog } from '../../src/server/prometheus-api/indexed-series-catalog.ts';
import type { MillisRange } from '../../src/server/prometheus-api/parameters.ts';
import { RecentExemplars } from '../../src/server/prometheus-api/recent-exemplars.ts';
import { StoredSeriesCatalog } from '../../src/server/prometheus-api/stored-series-catalog.ts';
import { NativeBlockWriter } from '../../src/storage/clickhouse/block-files.ts';
import { StoreClient } from '../../src/store/store-client.ts';
import { pushSeries } from './make-series.ts';
import { makeFolder } from './open-engine.ts';
import { rebuilt } from './rebuilt.ts';

const DAY_MS = 86_400_000;
/** Midnight (UTC) before the test: the store tells days apart by the clock. */
let today: number;
/** What a test takes at most. */
const QUIET_MS = 60_000;
const LIMIT = 100_000;
const { signal } = new AbortController();
const ends = ['a', 'b', 'ab', '商品', '𝒳', '\uffee', 'x y"z'];

/** Series with samples on some of the last four days; some pause for days. */
const series = Array.from({ length: 210 }, (_, i) => ({
  labels: Labels.from({
    [METRIC_NAME]: ['up', 'requests_total', '请求', 'http.server.duration'][i % 4]!,
    job: i % 5 === 0 ? '' : ends[i % 3]!,
    instance: `10.0.0.${i % 17}:9100`,
    ...(i % 2 === 0 ? { 区域: ends[i % 7]! } : {}),
    ...(i % 3 === 0 ? { '\u{10000}x': 'a', '\uffeex': ends[i % 7]! } : {}),
    number: String(i % 60),
  }),
  days: [0, 1, 2, 3].filter((day) => ((i % 15) + 1) & (1 << day)),
}));

let folder: string;
let store: StoreClient;
let stored: StoredSeriesCatalog;
let indexed: IndexedSeriesCatalog;
let recent: RecentExemplars;
/** Which of the two answered the last question of the catalog. */
let last: 'index' | 'tables' | undefined;

async function open(): Promise<void> {
  store = new StoreClient({ folder });
  await store.ready;
  await rebuilt(store);
  stored = new StoredSeriesCatalog(store.metrics);
  recent = new RecentExemplars();
  const note = <T>(answer: T | undefined): T | undefined => {
    last = answer === undefined ? 'tables' : 'index';
    return answer;
  };
  const { index } = store;
  indexed = new IndexedSeriesCatalog(
    {
      series: async (...values) => note(await index.series(...values)),
      labelValues: async (...values) => note(await index.labelValues(...values)),
      cardinality: async (...values) => note(await index.cardinality(...values)),
    },
    stored,
    recent,
  );
}

function blockOf(rows: readonly { readonly labels: Labels; readonly days: readonly number[] }[]): TelemetryBlock {
  const block = new TelemetryBlock();
  for (const { labels, days } of rows)
    pushSeries(
      block,
      labels,
      days.map((day) => ({ timeMs: today - day * DAY_MS + 1000, value: day })),
    );
  return block;
}

async function tell(number: number, block: TelemetryBlock): Promise<void> {
  const frame = { number, source: 'test', received: 0n as never };
  const told = { ...frame, from: markBlock(new TelemetryBlock()), to: markBlock(block) };
  store.tap.accepted(block, told);
  recent.accepted(block, told);
  // The store is told once a turn.
  await setImmediate();
}

async function insert(number: number, block: TelemetryBlock): Promise<void> {
  const token = `a-${number}-${number}`;
  await store.insert(token, await new NativeBlockWriter().write(block, folder, token));
}

const matcher = fc
  .tuple(
    fc.constantFrom(METRIC_NAME, 'job', 'instance', '区域', 'absent', '\uffeex', 'number'),
    fc.constantFrom<MatchOperator>('=', '!=', '=~', '!~'),
    fc.constantFrom(
      '',
      ...ends,
      'up',
      'a|b',
      'a.*',
      '.+',
      '.*',
      'a|',
      '(?i)AB',
      'up|请求',
      '.*b.*',
      '商.',
      '[0-9]',
      '1.',
    ),
  )
  .map(([name, operator, value]) => {
    const made = Matcher.make(name, operator, value);
    if (!made.ok) throw new Error(made.error);
    return made.value;
  });
const questions = fc.sample(
  fc.record({
    sets: fc.array(fc.array(matcher, { minLength: 1, maxLength: 3 }), { maxLength: 3 }),
    from: fc.integer({ min: -1, max: 6 }),
    days: fc.integer({ min: -1, max: 3 }),
    label: fc.constantFrom(METRIC_NAME, 'job', '区域', '\u{10000}x', 'absent', 'number'),
  }),
  { numRuns: 60, seed: 7 },
);

/** Asks both; says who answered the catalog's questions. */
async function compare(range: MillisRange, { sets, label }: { sets: Matcher[][]; label: string }): Promise<string[]> {
  const said: string[] = [];
  const shown = JSON.stringify([sets.map((set) => set.map(String)), range, label]);
  const show = (found: readonly Labels[]): unknown => found.toSorted(compareLabels).map(({ flat }) => flat);
  expect(show(await indexed.series(sets, range, LIMIT, signal)), shown).toEqual(
    show(await stored.series(sets, range, LIMIT, signal)),
  );
  said.push(last!);
  expect(await indexed.labelNames(sets, range, signal), shown).toEqual(await stored.labelNames(sets, range, signal));
  said.push(last!);
  expect(await indexed.labelValues(label, sets, range, signal), shown).toEqual(
    await stored.labelValues(label, sets, range, signal),
  );
  said.push(last!);
  return said;
}

const rangeOf = ({ from, days }: { from: number; days: number }): MillisRange => ({
  fromMs: today - from * DAY_MS + 500,
  toMs: today + (days - from) * DAY_MS,
});
const always: MillisRange = { fromMs: -9e15, toMs: 9e15 };

async function startAgain(): Promise<void> {
  await store.close();
  await open();
}

beforeEach(async () => {
  // A day that ends during a test is another one to the store than to the test.
  await expect.poll(() => Date.now() % DAY_MS, { timeout: 2 * QUIET_MS }).toBeLessThan(DAY_MS - QUIET_MS);
  today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  folder = makeFolder();
  await open();
  const block = blockOf(series);
  await tell(1, block);
  await insert(1, block);
});
afterEach(() => store.close());

test('index and tables give the same answers', async () => {
  for (const question of questions)
    expect(new Set(await compare(rangeOf(question), question))).toEqual(new Set(['index']));
  for (const label of [METRIC_NAME, '区域', 'absent']) await compare(always, { sets: [], label });

  const some = await indexed.series([[Matcher.equal(METRIC_NAME, 'up')]], always, 7, signal);
  expect(some.map(({ metricName }) => metricName)).toEqual(Array<string>(7).fill('up'));
});

test('what is only acknowledged is found at once', async () => {
  const labels = Labels.from({ [METRIC_NAME]: 'new_metric', 区域: '新' });
  await tell(2, blockOf([{ labels, days: [0] }]));
  const now: MillisRange = { fromMs: today, toMs: today + DAY_MS - 1 };
  expect((await indexed.series([[Matcher.equal('区域', '新')]], now, LIMIT, signal)).map(({ flat }) => flat)).toEqual([
    labels.flat,
  ]);
  expect(await indexed.labelValues(METRIC_NAME, [], now, signal)).toContain('new_metric');
  const yesterday: MillisRange = { fromMs: today - DAY_MS, toMs: today - 1 };
  expect(await indexed.labelValues(METRIC_NAME, [], yesterday, signal)).not.toContain('new_metric');
  expect(await stored.labelValues(METRIC_NAME, [], now, signal)).not.toContain('new_metric');
});

test('an exemplar is found as soon as it is acknowledged, and once when it is stored', async () => {
  const [old, fresh] = ['old', 'fresh'].map((job) => Labels.from({ [METRIC_NAME]: 'asked_total', job })) as [
    Labels,
    Labels,
  ];
  const withExemplars = (rows: readonly { readonly labels: Labels; readonly second: number }[]): TelemetryBlock => {
    const block = blockOf(rows.map(({ labels }) => ({ labels, days: [0] })));
    for (const { labels, second } of rows) {
      block.exemplars.metric.push(labels.metricName);
      block.exemplars.series.push(fingerprintLabels(canonicalLabels(labels)));
      block.exemplars.time.pushNumber(today + second * 1000);
      block.exemplars.value.push(second);
      block.exemplars.traceId.pushBytes(new Uint8Array(16).fill(second), 0);
      block.exemplars.spanId.pushBytes(new Uint8Array(8), 0);
      block.exemplars.labels.keys.push('user');
      block.exemplars.labels.values.push('商');
      block.exemplars.labels.closeRow();
      block.exemplars.retention.push(0);
      block.exemplars.closeRow();
    }
    return block;
  };
  const range: MillisRange = { fromMs: today, toMs: today + 2000 };
  const ask = async (): Promise<unknown> =>
    (await indexed.exemplars([[Matcher.equal(METRIC_NAME, 'asked_total')]], range, signal)).map((one) => [
      one.labels.get('job'),
      one.exemplars.map(({ labels, value, timeMs }) => [labels.flat, value, timeMs - today]),
    ]);
  const shown = (second: number): unknown => [
    ['trace_id', `0${second}`.repeat(16), 'user', '商'],
    second,
    second * 1000,
  ];

  const first = withExemplars([{ labels: old, second: 1 }]);
  await tell(2, first);
  await insert(2, first);
  await tell(
    3,
    withExemplars([
      { labels: fresh, second: 1 },
      { labels: old, second: 2 },
      { labels: old, second: 3 },
    ]),
  );
  const expected = [
    ['fresh', [shown(1)]],
    ['old', [shown(1), shown(2)]],
  ];
  expect(await ask()).toEqual(expected);
  await startAgain();
  expect(await ask()).toEqual([['old', [shown(1)]]]);
});

test('after a start the index knows yesterday and today, the tables what is older', async () => {
  await startAgain();
  for (const question of questions.slice(0, 30))
    expect(new Set(await compare(rangeOf(question), question))).toEqual(
      new Set([question.from <= 1 ? 'index' : 'tables']),
    );
});

test('where the series come from, and which are new', async () => {
  await startAgain();
  const before = await indexed.cardinality(3, signal);
  const sum = series.filter(({ days }) => days.includes(0) || days.includes(1)).length;
  expect(before).toMatchObject({ series: sum, lastHour: { series: 0, seriesByMetric: [] }, lastDay: { series: 0 } });
  expect(before.bytes).toBeGreaterThan(0);
  const rows = Array.from({ length: 300 }, (_, i) => ({
    labels: Labels.from({ [METRIC_NAME]: 'pods', pod: `pod-${i}`, namespace: '商店' }),
    days: [0],
  }));
  await tell(1, blockOf(rows));
  expect(await indexed.cardinality(1, signal)).toMatchObject({
    series: sum + 300,
    labelPairs: before.labelPairs + 302,
    seriesByMetric: [{ name: 'pods', value: 300 }],
    valuesByLabel: [{ name: 'pod', value: 300 }],
    seriesByPair: [{ name: '__name__=pods', value: 300 }],
    lastHour: { series: 300, seriesByMetric: [{ name: 'pods', value: 300 }] },
    lastDay: { series: 300, seriesByMetric: [{ name: 'pods', value: 300 }] },
  });
  expect(last).toBe('index');
  // Three bytes a letter, once for each series.
  const { bytesByLabel } = await indexed.cardinality(100, signal);
  expect(bytesByLabel).toContainEqual({ name: 'namespace', value: 300 * 6 });
});

test('series whose days retention took are gone from both', async () => {
  const range: MillisRange = { fromMs: today - DAY_MS, toMs: today + DAY_MS - 1 };
  await startAgain();
  const before = await indexed.series([[Matcher.equal(METRIC_NAME, 'up')]], range, LIMIT, signal);
  const kept = { logs: DAY_MS, traces: DAY_MS, metrics: DAY_MS };
  const dropped = await store.retain({ classes: [kept] }, today + 1.5 * DAY_MS);
  expect(dropped.filter(({ table }) => table === 'series').map(({ day }) => today / DAY_MS - day)).toContain(1);
  const up = [[Matcher.equal(METRIC_NAME, 'up')]];
  expect(new Set(await compare(range, { sets: up, label: 'instance' }))).toEqual(new Set(['index']));
  const after = await indexed.series(up, range, LIMIT, signal);
  expect(after.length).toBeGreaterThan(0);
  expect(after.length).toBeLessThan(before.length);
});
