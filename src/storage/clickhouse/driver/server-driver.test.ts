// The server driver with the official client against a ClickHouse HTTP front over the embedded engine.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openClickHouseFront, type ClickHouseFront } from '../../../../test/store/clickhouse-front.ts';
import { makeLogBlock } from '../../../../test/store/make-blocks.ts';
import { makeFolder } from '../../../../test/store/open-engine.ts';
import { everything, type GroupPlan } from '../../ports/plan.ts';
import { NativeBlockWriter } from '../block-files.ts';
import { openEngine, type Engine } from '../engine.ts';
import { ClickHouseLogStore } from '../telemetry-stores.ts';
import { insertSettings } from './driver.ts';
import { insertError } from './engine-errors.ts';
import { hasTextIndex, openServerDriver } from './server-driver.ts';

const FROM = 1_795_000_000_000_000_000n;
const range = { from: FROM - 10n ** 12n, to: FROM + 10n ** 13n };
const folder = makeFolder();
const login = { user: 'holter', password: "p'ass ü" };
let front: ClickHouseFront;
let engine: Engine;

beforeAll(async () => {
  front = await openClickHouseFront(folder, login.user, login.password);
  engine = await openEngine(await openServerDriver({ url: front.url, ...login, database: 'telemetry' }));
});
afterAll(async () => {
  await engine.close();
  await front.close();
});

const plan: GroupPlan = {
  kind: 'groups',
  from: 'logs',
  range,
  where: everything,
  by: [],
  aggregates: [{ kind: 'count' }],
  limit: 1,
};

test('migrations ran, blocks go in once a token, plans come back', async () => {
  const files = await new NativeBlockWriter().write(
    makeLogBlock({ rows: 3000, from: FROM, span: 3600e9, seed: 1 }),
    folder,
    'b',
  );
  for (let time = 0; time < 3; time++) await engine.insert('1/7', files);
  const store = new ClickHouseLogStore(engine);
  const counted = await store.query(plan);
  expect(counted.columns['value0']).toEqual(Float64Array.of(3000));
  // Whole minutes and the ends of the range are two statements.
  expect(counted.statistics).toMatchObject({ rowsRead: 14, bytesRead: 140 });
  const found = await store.query({
    kind: 'rows',
    from: 'logs',
    range,
    where: { kind: 'words', text: '数据库超时' },
    select: 'all',
    order: 'newest',
    limit: 5,
  } as const);
  expect(found.rows).toBe(5);
  expect((found.columns['resourceLabels'] as [string, string][][])[0]!.map(([name]) => name)).toContain('service.name');
});

test('every block goes with the settings that keep it whole, every query with its bounds', () => {
  const insert = front.seen.find(({ query }) => query.startsWith('INSERT INTO telemetry.logs '))!;
  for (const [name, value] of Object.entries(insertSettings)) expect(insert.settings[name], name).toBe(String(value));
  expect(insert.settings['insert_deduplication_token']).toBe('1/7');
  const reads = front.seen.filter(({ query }) => query.startsWith('SELECT') && query.includes('telemetry.logs'));
  for (const { settings } of reads) {
    const names = ['max_execution_time', 'max_memory_usage', 'max_result_rows', 'readonly'];
    for (const name of names) expect(settings[name], name).toBeDefined();
  }
});

test('errors of the server are ours', async () => {
  const store = new ClickHouseLogStore(engine);
  const broken: GroupPlan = {
    ...plan,
    where: { kind: 'matches', field: { kind: 'column', name: 'body' }, pattern: '((' },
  };
  await expect(store.query(broken)).rejects.toMatchObject({ code: 'QUERY_REFUSED', status: 400 });
  const small = { milliseconds: 15_000, memoryBytes: 1 << 30, resultRows: 1 };
  const many = {
    kind: 'rows',
    from: 'logs',
    range,
    where: everything,
    select: [],
    order: 'newest',
    limit: 10,
  } as const;
  await expect(store.query(many, { limits: small })).rejects.toMatchObject({ code: 'QUERY_ROWS' });
});

test('an abort stops the query on the server', async () => {
  const abort = new AbortController();
  const endless = engine.driver.query(
    'SELECT count() FROM numbers(1e13) WHERE sipHash64(number) = 7',
    { max_execution_time: 60 },
    abort.signal,
  );
  await expect.poll(() => front.seen.some(({ query }) => query.includes('1e13'))).toBe(true);
  abort.abort();
  await expect(endless).rejects.toMatchObject({ code: 'QUERY_ABORTED' });
  await expect.poll(() => front.seen.some(({ query }) => query.startsWith('KILL QUERY'))).toBe(true);
});

test('a wrong password and a server that is not there are told apart', async () => {
  await expect(openServerDriver({ url: front.url, user: 'x', password: '', database: 'telemetry' })).rejects.toThrow(
    /Authentication/,
  );
  const nobody = await openServerDriver({ url: 'http://127.0.0.1:1', ...login, database: 'telemetry' }).catch(
    (error: unknown) => error,
  );
  expect(insertError('logs', nobody)).toMatchObject({ code: 'STORE_UNAVAILABLE', retryAfterSeconds: 2 });
});

test('what a server is too old for', () => {
  expect(['25.8.1.1', '26.1.9', '26.2.1', '27.1.1', ''].map(hasTextIndex)).toEqual([false, false, true, true, false]);
});

test('names that would need quoting are refused', async () => {
  await expect(openServerDriver({ url: front.url, ...login, database: 'a; b' })).rejects.toMatchObject({
    code: 'QUERY_REFUSED',
  });
});
