// Where the time of a query goes: the front's and the store's JavaScript as the kernel accounts their threads while the API was asked, the
// engine by its own counters while the same requests are asked of the same tables in this process.
import { API_PREFIX, routes, type Route } from '../../src/api/routes.ts';
import { logHandlers } from '../../src/server/handlers/logs.ts';
import { traceHandlers } from '../../src/server/handlers/traces.ts';
import type { Driver } from '../../src/storage/clickhouse/driver/driver.ts';
import { openEmbeddedDriver } from '../../src/storage/clickhouse/driver/embedded-driver.ts';
import { openEngine } from '../../src/storage/clickhouse/engine.ts';
import { decodeNative } from '../../src/storage/clickhouse/native/decode-native.ts';
import { ClickHouseLogStore, ClickHouseTraceStore } from '../../src/storage/clickhouse/telemetry-stores.ts';
import type { Page } from './page.ts';
import type { MeasuredQuery, TimedQuery } from './queries.ts';

const RUNS = 20;
const WARM_RUNS = 3;

type Handler = (call: unknown) => Promise<unknown>;

/** Asks as a request to the API would, without the HTTP in front of it. */
function prepare({ path, body }: TimedQuery, handlers: Readonly<Record<string, Handler>>): () => Promise<unknown> {
  for (const [name, route] of Object.entries(routes) as [string, Route][]) {
    if (route.method !== (body === undefined ? 'GET' : 'POST')) continue;
    const pattern = new RegExp(`^${API_PREFIX}${route.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
    const match = pattern.exec(path);
    if (match === null) continue;
    const { signal } = new AbortController();
    return () => handlers[name]!({ params: match.groups, query: {}, body: route.body?.parse(body), signal });
  }
  throw new Error(`no route answers ${path}`);
}

/** The engine's counters of what happened since its start. */
async function readCounters(driver: Driver): Promise<ReadonlyMap<string, number>> {
  const { bytes } = await driver.query('SELECT event AS name, value FROM system.events', {});
  const { name, value } = decodeNative(bytes).columns;
  return new Map((name as string[]).map((one, row) => [one, Number(value![row])]));
}

export async function measureStages(page: Page, folder: string, queries: readonly MeasuredQuery[]): Promise<void> {
  page.section(
    'Where the time of a query goes',
    'query',
    'through the API, ms',
    'front, CPU ms',
    "store's JavaScript, CPU ms",
    'statements',
    'engine, ms',
    'of it parsing, analysing',
    'planning',
    'building the pipeline',
    'reading, computing, answering',
    'engine, CPU ms',
    'streams read',
    'MB unpacked',
  );
  const driver = await openEmbeddedDriver({ folder });
  const engine = await openEngine(driver);
  const logs = new ClickHouseLogStore(engine);
  const traces = new ClickHouseTraceStore(engine);
  const handlers = { ...logHandlers(logs), ...traceHandlers(traces, logs) } as unknown as Record<string, Handler>;
  const asked = [
    { name: '`SELECT 1`, the least there is', outside: ['–', '–', '–'], ask: () => driver.query('SELECT 1', {}) },
    ...queries.map((query) => ({
      name: query.name,
      outside: [query.median, query.scripts.front, query.scripts.store].map((value) => value.toFixed(1)),
      ask: prepare(query, handlers),
    })),
  ];
  for (const { name, outside, ask } of asked) {
    for (let i = 0; i < WARM_RUNS; i++) await ask();
    const before = await readCounters(driver);
    for (let i = 0; i < RUNS; i++) await ask();
    const after = await readCounters(driver);
    const each = (...names: readonly string[]): number =>
      names.reduce((sum, name) => sum + (after.get(name) ?? 0) - (before.get(name) ?? 0), 0) / RUNS;
    const millis = (...names: readonly string[]): number => each(...names.map((name) => `${name}Microseconds`)) / 1000;
    // The question for the counters is one of the statements between them.
    const statements = each('Query') - 1 / RUNS;
    const whole = millis('QueryTime');
    const analysing = millis('QueryParse', 'QueryAnalysis');
    const planning = millis('QueryPlanBuild', 'QueryPlanOptimize');
    const building = millis('QueryPipelineBuild');
    page.row(
      name,
      ...outside,
      statements.toFixed(0),
      ...[
        whole,
        analysing,
        planning,
        building,
        whole - analysing - planning - building,
        millis('OSCPUVirtualTime'),
      ].map((value) => value.toFixed(1)),
      each('CreatedReadBufferOrdinary').toFixed(0),
      (each('CompressedReadBufferBytes') / 1e6).toFixed(1),
    );
  }
  page.say(
    '\nStatements that run side by side are added up. Streams are files of columns; an answer has whole granules unpacked.',
  );
  await engine.close();
}
