// The engine with its tables: a block is stored once, and every bound of a query holds.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { pushLogs, pushSamples, pushSpans } from '../../../test/store/make-blocks.ts';
import { makeFolder, openTestEngine, type TestEngine } from '../../../test/store/open-engine.ts';
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import { everything, type Predicate } from '../ports/plan.ts';
import { defaultLimits } from '../ports/query-result.ts';
import { NativeBlockWriter } from './block-files.ts';
import { openEmbeddedDriver } from './driver/embedded-driver.ts';
import { queryError } from './driver/engine-errors.ts';
import { applyMigrations, migrations } from './migrations.ts';
import { decodeNative } from './native/decode-native.ts';
import { readStatistics } from './statistics.ts';
import { ClickHouseLogStore, ClickHouseMetricStore, ClickHouseTraceStore } from './telemetry-stores.ts';
import { allTables } from './tables/all-tables.ts';

const FROM = 1_795_000_000_000_000_000n;
const FROM_MILLIS = 1_795_000_000_000;
const HOUR = 3600e9;
const range = { from: FROM - 10n ** 12n, to: FROM + 10n ** 13n };

/** A block with rows for every table, over two days. */
function makeFullBlock(): TelemetryBlock {
  const block = new TelemetryBlock();
  pushLogs(block, { rows: 2000, from: FROM, span: 30 * HOUR, seed: 1 });
  pushSpans(block, { rows: 1000, from: FROM, span: 30 * HOUR, seed: 2 });
  pushSamples(block, { series: 30, points: 10, fromMillis: FROM_MILLIS, seed: 3 });
  block.streams.push(5n, Number(FROM / 86_400_000_000_000n), 0, [['file', '/var/log/app.log']]);
  const { exemplars, histograms, metadata } = block;
  exemplars.metric.push('latency');
  exemplars.series.push(7n);
  exemplars.time.pushNumber(FROM_MILLIS);
  exemplars.value.push(0.5);
  exemplars.traceId.pushBytes(block.spans.traceId.at(0), 0);
  exemplars.spanId.pushBytes(block.spans.spanId.at(0), 0);
  exemplars.labels.closeRow();
  exemplars.retention.push(0);
  exemplars.closeRow();
  histograms.metric.push('latency');
  histograms.series.push(7n);
  histograms.time.pushNumber(FROM_MILLIS);
  histograms.data.push('{"count":"3"}');
  histograms.retention.push(0);
  histograms.closeRow();
  metadata.metric.push('http_requests_total');
  metadata.type.push('counter');
  metadata.unit.push('');
  metadata.help.push('请求数');
  metadata.time.pushNumber(FROM_MILLIS);
  metadata.closeRow();
  return block;
}

let test1: TestEngine;
let logStore: ClickHouseLogStore;
let traceStore: ClickHouseTraceStore;
let metricStore: ClickHouseMetricStore;
const block = makeFullBlock();

beforeAll(async () => {
  test1 = await openTestEngine();
  logStore = new ClickHouseLogStore(test1.engine);
  traceStore = new ClickHouseTraceStore(test1.engine);
  metricStore = new ClickHouseMetricStore(test1.engine);
});

test('one token is stored once, in every table and over several partitions', async () => {
  const files = await new NativeBlockWriter().write(block, test1.folder, 'full');
  expect(files.map((file) => file.table)).toEqual(allTables.map((table) => table.name));
  for (let time = 0; time < 3; time++) await test1.engine.insert('1/0-10', files);
  const statistics = await readStatistics(test1.engine.driver);
  for (const { table, rows } of statistics) expect(rows, table).toBe(files.find((file) => file.table === table)!.rows);
  expect(statistics.find((one) => one.table === 'logs')!.parts).toBe(2);
  expect(statistics.find((one) => one.table === 'logs')!.indexBytes).toBeGreaterThan(0);
});

test('the same rows under another token are other rows', async () => {
  const other = await openOther();
  const files = await new NativeBlockWriter().write(block, other.folder, 'full');
  await other.insert('a', files);
  await other.insert('b', files);
  expect(await other.count('logs')).toBe(4000);
});

// A process has one engine and one folder, so that a second "database" is a fresh set of tables' counts taken apart.
async function openOther(): Promise<{
  folder: string;
  insert: TestEngine['engine']['insert'];
  count: (table: string) => Promise<number>;
}> {
  const before = await readStatistics(test1.engine.driver);
  return {
    folder: test1.folder,
    insert: (token, files) => test1.engine.insert(token, files),
    count: async (table) => {
      const now = await readStatistics(test1.engine.driver);
      const rows = (list: typeof now): number => list.find((one) => one.table === table)!.rows;
      return rows(now) - rows(before);
    },
  };
}

test('a broken file is refused for good, and says so', async () => {
  const path = join(test1.folder, 'broken.native');
  const { writeFile } = await import('node:fs/promises');
  await writeFile(path, 'this is no block');
  await expect(test1.engine.insert('broken', [{ table: 'logs', path, rows: 1, bytes: 16 }])).rejects.toMatchObject({
    code: 'BLOCK_REFUSED',
  });
  await expect(test1.engine.insert('broken', [{ table: 'nothing', path, rows: 1, bytes: 16 }])).rejects.toMatchObject({
    code: 'BLOCK_REFUSED',
  });
});

test('of a row that is shown, everything but the original and what the storage keeps for itself', async () => {
  const plan = { kind: 'rows', from: 'logs', range, where: everything, order: 'oldest', limit: 20 } as const;
  const all = (await logStore.query({ ...plan, select: 'all' })).columns;
  const shown = (await logStore.query({ ...plan, select: 'shown' })).columns;
  const { raw, docId, flags, retention, ...rest } = all;
  expect(shown).toEqual(rest);
  for (const column of [raw, docId, flags, retention]) expect(column).toHaveLength(20);
});

test('a row comes back whole', async () => {
  const { columns } = await logStore.query({
    kind: 'rows',
    from: 'logs',
    range,
    where: everything,
    select: 'all',
    order: 'oldest',
    limit: 1,
  } as const);
  const { logs } = block;
  let first = 0;
  for (let row = 0; row < logs.rows; row++) if (logs.time.get(row) < logs.time.get(first)) first = row;
  expect((columns['time'] as BigInt64Array)[0]).toBe(logs.time.get(first));
  expect((columns['body'] as string[])[0]).toBe(logs.body.get(first));
  expect((columns['traceId'] as string[])[0]).toBe(Buffer.from(logs.traceId.at(first)).toString('hex'));
  const [start] = logs.attributes.strings.entriesOf(first);
  expect((columns['attributeStrings'] as [string, string][][])[0]).toEqual([
    ['http.route', logs.attributes.strings.values.get(start)],
    ['request_id', logs.attributes.strings.values.get(start + 1)],
  ]);
  expect((columns['resourceLabels'] as [string, string][][])[0]).toContainEqual([
    'service.name',
    logs.service.get(first),
  ]);
  expect((columns['streamLabels'] as unknown[][])[0]).toEqual([]);
});

test('pages meet without gap or repetition, also among equal times', async () => {
  const equal = new TelemetryBlock();
  // All rows of one nanosecond, twice over by different ingesters.
  pushLogs(equal, { rows: 500, from: FROM, span: 30 * HOUR, seed: 9 });
  for (let row = 0; row < equal.logs.rows; row++) {
    equal.logs.time.set(row, FROM + BigInt(row % 3));
    equal.logs.ingester.data.view.setUint32(row * 4, row % 2, true);
  }
  await test1.store(equal);
  for (const order of ['newest', 'oldest'] as const) {
    const seen: string[] = [];
    let after: { time: bigint; ingester: number; sequence: bigint } | undefined;
    const where: Predicate = { kind: 'compare', field: { kind: 'column', name: 'time' }, op: '<', value: FROM + 3n };
    for (;;) {
      const plan = {
        kind: 'rows',
        from: 'logs',
        range: { from: FROM, to: FROM + 3n },
        where,
        select: [],
        order,
        limit: 37,
      } as const;
      const { rows, columns } = await logStore.query({ ...plan, ...(after === undefined ? {} : { after }) });
      const time = columns['time'] as BigInt64Array;
      const ingester = columns['ingester'] as Uint32Array;
      const sequence = columns['sequence'] as BigUint64Array;
      for (let row = 0; row < rows; row++) seen.push(`${time[row]}/${ingester[row]}/${sequence[row]}`);
      if (rows < 37) break;
      after = { time: time[rows - 1]!, ingester: ingester[rows - 1]!, sequence: sequence[rows - 1]! };
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(500);
  }
});

test('a trace is found by its id, wherever it is asked for', async () => {
  const traceId = Buffer.from(block.spans.traceId.at(0)).toString('hex');
  const bounds = (await traceStore.rangeOf(traceId))!;
  expect(bounds.from <= block.spans.time.get(0) && bounds.to > block.spans.time.get(9)).toBe(true);
  expect(await traceStore.rangeOf('ab'.repeat(16))).toBeUndefined();
  const where: Predicate = { kind: 'compare', field: { kind: 'column', name: 'traceId' }, op: '=', value: traceId };
  const plan = {
    kind: 'rows',
    from: 'spans',
    range: { from: 0n, to: 2n ** 63n - 1n },
    where,
    select: 'all',
    order: 'oldest',
    limit: 1000,
  } as const;
  const found = await traceStore.query(plan);
  // The block was stored under three tokens by the tests above.
  expect(new Set(found.columns['spanId'] as string[]).size).toBe(10);
  expect(found.columns['parentId']![0]).toBe('');
});

test('samples come back bit for bit, equal times merged', async () => {
  const one = new TelemetryBlock();
  const values = [0, -0, 0.1, 1 / 3, 1e300, -Infinity, 12.345678, 2 ** 53];
  values.forEach((value, i) => one.samples.push(one.samples.metric.indexOf('exact'), 99n, FROM_MILLIS + i, value));
  one.samples.metric.push('exact');
  one.samples.series.push(99n);
  one.samples.time.pushNumber(FROM_MILLIS + 100);
  one.samples.pushFloatBits(Uint8Array.of(2, 0, 0, 0, 0, 0, 0xf0, 0x7f), 0);
  one.samples.retention.push(0);
  one.samples.closeRow();
  one.samples.push(one.samples.metric.indexOf('exact'), 99n, FROM_MILLIS, 0);
  one.series.metric.push('exact');
  one.series.series.push(99n);
  const day = Number(FROM / 86_400_000_000_000n);
  one.series.day.pushBytes(Uint8Array.of(day & 0xff, day >> 8), 0);
  one.series.labels.keys.push('引号');
  one.series.labels.values.push(`it's "so"`);
  one.series.labels.closeRow();
  one.series.resource.pushZero();
  one.series.retention.push(0);
  one.series.closeRow();
  await test1.store(one);
  const matchers = [
    { name: '__name__', op: 'eq', value: 'exact' },
    { name: '引号', op: 're', value: `it's ".*"` },
  ] as const;
  const { rows, columns } = await metricStore.samples(matchers, FROM_MILLIS, FROM_MILLIS + 1000);
  expect(rows).toBe(values.length + 1);
  const got = columns['value'] as Float64Array;
  values.forEach((value, i) => expect(Object.is(got[i], value), String(value)).toBe(true));
  expect(new BigUint64Array(got.buffer, got.byteOffset, rows)[rows - 1]).toBe(0x7ff0000000000002n);
  expect((columns['time'] as BigInt64Array)[0]).toBe(BigInt(FROM_MILLIS));
  const found = await metricStore.series(matchers, FROM_MILLIS, FROM_MILLIS, 10);
  expect(found.columns).toEqual({
    series: BigUint64Array.of(99n),
    metric: ['exact'],
    labels: [[['引号', `it's "so"`]]],
  });
  expect((await metricStore.labelValues('引号', [], FROM_MILLIS, FROM_MILLIS)).columns['value']).toEqual([`it's "so"`]);
  expect((await metricStore.labelValues(undefined, matchers, FROM_MILLIS, FROM_MILLIS)).columns['value']).toEqual([
    '__name__',
    '引号',
  ]);
  const metrics = await metricStore.metrics(FROM_MILLIS, FROM_MILLIS);
  expect(metrics.columns['help']).toContain('请求数');
});

const countAll = (where: Predicate): Parameters<ClickHouseLogStore['query']>[0] => ({
  kind: 'groups',
  from: 'logs',
  range,
  where,
  by: [],
  aggregates: [{ kind: 'count' }],
  limit: 10,
});
const slow: Predicate = {
  kind: 'matches',
  field: { kind: 'column', name: 'body' },
  pattern: '(a|b|c|.)*(d|e|f|.)*(g|h|.)*x{1,50}y{1,50}z',
};

test('each bound refuses with a code that names it', async () => {
  const limits = { ...defaultLimits, resultRows: 5 };
  const many = {
    kind: 'rows',
    from: 'logs',
    range,
    where: everything,
    select: [],
    order: 'newest',
    limit: 100,
  } as const;
  await expect(logStore.query(many, { limits })).rejects.toMatchObject({ code: 'QUERY_ROWS', status: 422 });
  await expect(logStore.query(countAll(slow), { limits: { ...defaultLimits, milliseconds: 1 } })).rejects.toMatchObject(
    {
      code: 'QUERY_TIMEOUT',
    },
  );
  const { driver } = test1.engine;
  const large = driver.query('SELECT groupArray(number) FROM numbers(100000000)', { max_memory_usage: 50_000_000 });
  const failure: unknown = await large.catch((error: unknown) => error);
  expect(queryError(failure, defaultLimits)).toMatchObject({ code: 'QUERY_MEMORY', status: 422 });
});

test('what cannot be asked is refused, not run', async () => {
  const field = (name: string): Predicate => ({ kind: 'compare', field: { kind: 'column', name }, op: '=', value: 1 });
  await expect(logStore.query(countAll(field('nothing')))).rejects.toMatchObject({ code: 'QUERY_REFUSED' });
  await expect(
    logStore.query(countAll({ kind: 'matches', field: { kind: 'column', name: 'body' }, pattern: '((' })),
  ).rejects.toMatchObject({
    code: 'QUERY_REFUSED',
    status: 400,
  });
  let deep: Predicate = everything;
  for (let i = 0; i < 1000; i++) deep = { kind: 'not', of: deep };
  await expect(logStore.query(countAll(deep))).rejects.toMatchObject({ code: 'QUERY_REFUSED' });
});

test('an abort reaches the engine', async () => {
  const { driver } = test1.engine;
  const abort = new AbortController();
  const endless = driver.query(
    'SELECT count() FROM numbers(1e13) WHERE sipHash64(number) = 7',
    { max_execution_time: 60 },
    abort.signal,
  );
  const running = async (): Promise<number> => {
    const answer = await driver.query(
      "SELECT count() AS n FROM system.processes WHERE query LIKE '%1e13%' AND query NOT LIKE '%system%'",
      {},
    );
    return Number((decodeNative(answer.bytes).columns['n'] as BigUint64Array)[0]);
  };
  await expect.poll(running).toBe(1);
  abort.abort();
  await expect(endless).rejects.toThrow(/cancel/i);
  await expect.poll(running).toBe(0);
  await expect(driver.query('SELECT 1', {}, AbortSignal.abort())).rejects.toMatchObject({ code: 'QUERY_ABORTED' });
});

test('migrations are recorded, applied once, and a newer database is refused', async () => {
  const { driver } = test1.engine;
  expect(await applyMigrations(driver)).toEqual([]);
  const versions = await driver.query('SELECT version FROM holter.schema_migrations ORDER BY version', {});
  expect(Array.from(decodeNative(versions.bytes).columns['version'] as Uint32Array)).toEqual(
    migrations.map((one) => one.version),
  );
  await driver.command("INSERT INTO holter.schema_migrations SELECT 9999, 'from the future', now64(3)");
  await expect(applyMigrations(driver)).rejects.toMatchObject({
    code: 'STORE_SCHEMA_NEWER',
    message: expect.stringContaining('9999') as string,
  });
  await driver.command('DELETE FROM holter.schema_migrations WHERE version = 9999');
});

test('a folder that another process uses is refused', async () => {
  const { spawnSync } = await import('node:child_process');
  const module = join(import.meta.dirname, 'driver/embedded-driver.ts');
  const code = `const { openEmbeddedDriver } = await import(${JSON.stringify(module)});
    await openEmbeddedDriver({ folder: ${JSON.stringify(test1.folder)}, lockPatienceMs: 0 }).then(() => console.log('opened'), (error) => console.log(error.code));
    process.exit(0);`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  expect(stdout.trim()).toBe('STORE_IN_USE');
});

test('the folder is made when it is not there', async () => {
  const folder = join(makeFolder(), 'a/b');
  // The process has its engine already: what is tested is that nothing but the engine itself objects.
  await expect(openEmbeddedDriver({ folder, lockPatienceMs: 0 })).rejects.toBeInstanceOf(Error);
  expect(existsSync(join(folder, 'engine'))).toBe(true);
});
