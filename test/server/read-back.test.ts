import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type {
  LogAroundResponse,
  LogFieldsResponse,
  LogHistogramResponse,
  LogRow,
  LogSearchResponse,
  LogTopValuesResponse,
} from '../../src/api/logs.ts';
import type { OperationsResponse, ServicesResponse } from '../../src/api/services.ts';
import type { SourcesResponse } from '../../src/api/sources.ts';
import type { StorageResponse } from '../../src/api/storage.ts';
import type { TraceLogsResponse, TraceResponse, TraceSearchResponse } from '../../src/api/traces.ts';
import { eventually, getApi, postApi, searchAllLogs, sendOtlp, settledLedger } from '../support/api-client.ts';
import { startServer, type HolterServer } from '../support/holter-server.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const NOW = BigInt(Date.now()) * 1_000_000n;
const SECOND = 1_000_000_000n;
const ROWS = 500;
let server: HolterServer;

const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
const int = (key: string, intValue: number): object => ({ key, value: { intValue } });
const resource = (service: string): object => ({
  attributes: [text('service.name', service), text('host.name', `主机-${service}`)],
});

function logRecord(i: number): object {
  return {
    // Ten rows share each time.
    timeUnixNano: String(NOW - 60n * SECOND + BigInt(Math.floor(i / 10)) * 1_000_000n),
    severityNumber: i % 50 === 0 ? 17 : 9,
    severityText: i % 50 === 0 ? 'ERROR' : 'INFO',
    body: { stringValue: i === 123 ? 'the needle_in_haystack' : `支付完成 order ${i}` },
    attributes: [int('order.id', i), text('http.route', i % 2 === 0 ? '/orders' : '/pay')],
    ...(i % 100 === 7 ? { traceId: TRACE, spanId: '00f067aa0ba902b7' } : {}),
    ...(i === 42
      ? {
          attributes: [
            text('exception.type', 'ValueError'),
            text('exception.message', '坏的值'),
            text(
              'exception.stacktrace',
              'Traceback (most recent call last):\n  File "a.py", line 1, in f\nValueError: 坏的值',
            ),
            { key: 'nested', value: { arrayValue: { values: [{ intValue: 1 }] } } },
          ],
        }
      : {}),
  };
}

function span(
  id: string,
  parent: string | undefined,
  name: string,
  offsetMillis: number,
  millis: number,
  more: object = {},
): object {
  const start = NOW - 30n * SECOND + BigInt(offsetMillis) * 1_000_000n;
  return {
    traceId: TRACE,
    spanId: id,
    ...(parent === undefined ? {} : { parentSpanId: parent }),
    name,
    kind: 2,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(millis) * 1_000_000n),
    ...more,
  };
}

beforeAll(async () => {
  server = await startServer();
  const logs = (service: string, from: number, to: number): object => ({
    resource: resource(service),
    scopeLogs: [
      { scope: { name: 'shop' }, logRecords: Array.from({ length: to - from }, (_, i) => logRecord(from + i)) },
    ],
  });
  expect(
    await sendOtlp(server.otlpHttp, 'logs', { resourceLogs: [logs('订单', 0, 300), logs('payments', 300, ROWS)] }),
  ).toBe(200);
  const event = { timeUnixNano: String(NOW), name: 'retry', attributes: [int('attempt', 2)] };
  const link = { traceId: 'f'.repeat(32), spanId: 'e'.repeat(16), attributes: [text('why', '批量')] };
  const spans = [
    { resource: resource('gateway'), scopeSpans: [{ spans: [span('00f067aa0ba902b7', undefined, 'GET /', 0, 200)] }] },
    {
      resource: resource('payments'),
      scopeSpans: [
        {
          spans: [
            span('00f067aa0ba902b8', '00f067aa0ba902b7', 'pay', 50, 100, {
              status: { code: 2, message: '余额不足' },
              attributes: [int('amount', 12)],
              events: [event],
              links: [link],
            }),
          ],
        },
      ],
    },
  ];
  expect(await sendOtlp(server.otlpHttp, 'traces', { resourceSpans: spans })).toBe(200);
  await settledLedger(server.url);
});
afterAll(() => server?.remove());

const search = async (body: object): Promise<LogRow[]> =>
  (await postApi<LogSearchResponse>(server.url, '/logs/search', { limit: 1000, ...body })).body.rows;
const countOf = async (body: object): Promise<number> => (await search(body)).length;

test('every log row comes back whole, and pages are stable among equal times', async () => {
  const rows: LogRow[] = [];
  let cursor: string | undefined;
  do {
    const { body } = await postApi<LogSearchResponse>(server.url, '/logs/search', { limit: 7, cursor });
    rows.push(...body.rows);
    cursor = body.nextCursor;
  } while (cursor !== undefined);
  expect(rows).toHaveLength(ROWS);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(ROWS);
  const oldest = await searchAllLogs(server.url, { order: 'oldest' });
  expect(oldest.map(({ id }) => id)).toEqual(rows.map(({ id }) => id).toReversed());
  const bodies = new Set(rows.map(({ body }) => body));
  for (let i = 0; i < ROWS; i++) if (i !== 123) expect(bodies.has(`支付完成 order ${i}`)).toBe(true);
  const [row] = await search({ filters: [{ field: 'order.id', op: 'eq', value: 7 }] });
  expect(row).toMatchObject({
    time: String(NOW - 60n * SECOND),
    service: '订单',
    severity: 9,
    severityText: 'INFO',
    level: 'info',
    logger: 'shop',
    body: '支付完成 order 7',
    traceId: TRACE,
    spanId: '00f067aa0ba902b7',
    weight: 1,
    resource: { 'service.name': '订单', 'host.name': '主机-订单' },
    attributes: [
      { name: 'http.route', kind: 'string', value: '/pay' },
      { name: 'order.id', kind: 'int', value: '7' },
    ],
  });
});

test('conditions of every kind', async () => {
  expect(await countOf({ service: ['payments'] })).toBe(200);
  expect(await countOf({ service: ['payments', '订单'] })).toBe(ROWS);
  expect(await countOf({ level: ['error'] })).toBe(10);
  expect(await countOf({ level: ['warn', 'fatal'] })).toBe(0);
  expect(await countOf({ text: 'NEEDLE_in_haystack' })).toBe(1);
  expect(await countOf({ text: 'haystack needle' })).toBe(1);
  expect(await countOf({ text: 'haystack needles' })).toBe(0);
  expect(await countOf({ text: '完成 order' })).toBe(ROWS - 1);
  expect(await countOf({ text: '成完' })).toBe(0);
  expect(await countOf({ traceId: TRACE.toUpperCase() })).toBe(5);
  const filter = (field: string, op: string, value?: unknown): Promise<number> =>
    countOf({ filters: [{ field, op, value }] });
  expect(await filter('http.route', 'eq', '/pay')).toBe(250);
  expect(await filter('http.route', 'ne', '/pay')).toBe(250);
  expect(await filter('order.id', 'missing')).toBe(1);
  expect(await filter('order.id', 'exists')).toBe(ROWS - 1);
  expect(await filter('order.id', 'lt', 10)).toBe(10);
  expect(await filter('order.id', 'gte', '490')).toBe(10);
  expect(await filter('http.route', 'contains', 'ORD')).toBe(249);
  expect(await filter('http.route', 'regex', '^/p.y$')).toBe(250);
  expect(await filter('resource:host.name', 'eq', '主机-payments')).toBe(200);
  expect(await filter('exceptionType', 'eq', 'ValueError')).toBe(1);
  expect(await filter('level', 'ne', 'error')).toBe(490);
  expect(await countOf({ from: String(NOW - 60n * SECOND), to: String(NOW - 60n * SECOND + 1_000_000n) })).toBe(10);
  expect(await countOf({ from: 'now-10s' })).toBe(0);
  const [failed] = await search({ filters: [{ field: 'exceptionType', op: 'eq', value: 'ValueError' }] });
  expect(failed!.exception).toMatchObject({ type: 'ValueError', message: '坏的值' });
  expect(failed!.exception!.group).toMatch(/^[0-9a-f]{16}$/);
  expect(failed!.attributes).toContainEqual({ name: 'nested', kind: 'json', value: [1] });
});

test('histogram, fields, top values add up', async () => {
  const counted = await postApi<LogHistogramResponse>(server.url, '/logs/histogram', { from: 'now-1h', buckets: 60 });
  expect(counted.body).toMatchObject({ total: ROWS, sampled: false });
  const sums = counted.body.groups.map(({ group, counts }) => [group, counts.reduce((a, b) => a + b)]);
  expect(sums).toEqual([
    ['info', 490],
    ['error', 10],
  ]);
  const byService = await postApi<LogHistogramResponse>(server.url, '/logs/histogram', { by: 'service' });
  expect(byService.body.groups.map(({ group }) => group)).toEqual(['订单', 'payments']);
  const { body } = await postApi<LogFieldsResponse>(server.url, '/logs/fields', {});
  expect(body.fields).toContainEqual({ field: 'order.id', kind: 'int', rows: ROWS - 1 });
  expect(body.fields).toContainEqual({ field: 'level', kind: 'column', rows: ROWS });
  const top = await postApi<LogTopValuesResponse>(server.url, '/logs/top-values', { field: 'http.route' });
  expect(top.body).toMatchObject({
    values: [
      { value: '/pay', count: 250 },
      { value: '/orders', count: 249 },
    ],
    total: ROWS - 1,
  });
  const levels = await postApi<LogTopValuesResponse>(server.url, '/logs/top-values', { field: 'level' });
  expect(levels.body.values).toEqual([
    { value: 'info', count: 490 },
    { value: 'error', count: 10 },
  ]);
});

test('one row by its id, and the rows around it', async () => {
  const [row] = await search({ filters: [{ field: 'order.id', op: 'eq', value: 250 }] });
  const one = await getApi<LogRow>(server.url, `/logs/row/${row!.id}`);
  expect(one.body).toEqual(row);
  const all = await searchAllLogs(server.url, { order: 'oldest', service: ['订单'] });
  const at = all.findIndex(({ id }) => id === row!.id);
  const around = await getApi<LogAroundResponse>(server.url, `/logs/around/${row!.id}?before=5&after=3`);
  expect(around.body.before).toEqual(all.slice(at - 5, at));
  expect(around.body.row).toEqual(row);
  expect(around.body.after).toEqual(all.slice(at + 1, at + 4));
  const gone = await getApi<{ error: { code: string } }>(server.url, `/logs/row/1.1.1`);
  expect([gone.status, gone.body.error.code]).toEqual([404, 'LOG_UNKNOWN']);
});

test('traces: search, one trace with events and links, its logs', async () => {
  const find = async (body: object): Promise<TraceSearchResponse['traces']> =>
    (await postApi<TraceSearchResponse>(server.url, '/traces/search', body)).body.traces;
  const [summary] = await find({});
  expect(summary).toMatchObject({
    traceId: TRACE,
    rootService: 'gateway',
    rootOperation: 'GET /',
    rootMissing: false,
    duration: '200000000',
    spans: 2,
    errors: 1,
    services: [
      { service: 'gateway', spans: 1, errors: 0 },
      { service: 'payments', spans: 1, errors: 1 },
    ],
  });
  for (const body of [
    { service: 'payments', operation: 'pay', status: 'error' },
    { minDuration: '100ms', maxDuration: '150ms' },
    { filters: [{ field: 'amount', op: 'eq', value: 12 }] },
  ])
    expect(await find(body)).toHaveLength(1);
  for (const body of [{ service: 'gateway', status: 'error' }, { minDuration: '1s' }, { operation: 'nope' }])
    expect(await find(body)).toHaveLength(0);
  const { body: trace } = await getApi<TraceResponse>(server.url, `/traces/${TRACE}`);
  expect(trace).toMatchObject({ traceId: TRACE, duration: '200000000', truncated: false });
  expect(trace.spans.map(({ name }) => name)).toEqual(['GET /', 'pay']);
  expect(trace.spans[1]).toMatchObject({
    parentId: '00f067aa0ba902b7',
    service: 'payments',
    kind: 'server',
    status: 'error',
    statusMessage: '余额不足',
    events: [{ name: 'retry', time: String(NOW), attributes: [{ name: 'attempt', value: '2', kind: 'int' }] }],
    links: [{ traceId: 'f'.repeat(32), spanId: 'e'.repeat(16), attributes: [{ name: 'why', value: '批量' }] }],
  });
  const { body: logs } = await getApi<TraceLogsResponse>(server.url, `/traces/${TRACE}/logs`);
  expect(logs.rows).toHaveLength(5);
  const gone = await getApi<{ error: { code: string } }>(server.url, `/traces/${'1'.repeat(32)}`);
  expect([gone.status, gone.body.error.code]).toEqual([404, 'TRACE_UNKNOWN']);
});

test('services, operations, sources, ledger, storage, own metrics', async () => {
  const { body: services } = await getApi<ServicesResponse>(server.url, '/services?from=now-1h');
  expect(services.services).toEqual([
    { service: 'gateway', logs: 0, spans: 1, spanErrors: 0, logErrors: 0 },
    { service: 'payments', logs: 200, spans: 1, spanErrors: 1, logErrors: 4 },
    { service: '订单', logs: 300, spans: 0, spanErrors: 0, logErrors: 6 },
  ]);
  const { body: operations } = await getApi<OperationsResponse>(server.url, '/operations?service=payments');
  expect(operations.operations).toMatchObject([{ operation: 'pay', spans: 1, errors: 1, mean: '100000000' }]);
  const { body: sources } = await getApi<SourcesResponse>(server.url, '/sources');
  expect(sources.sources).toMatchObject([{ source: 'otlp/http', ledger: { received: ROWS + 2, stored: ROWS + 2 } }]);
  const ledger = await settledLedger(server.url);
  expect(ledger).toMatchObject({ total: { received: ROWS + 2, stored: ROWS + 2 }, difference: 0 });
  const { body: storage } = await getApi<StorageResponse>(server.url, '/storage');
  expect(storage.tables.find(({ table }) => table === 'logs')).toMatchObject({ rows: ROWS });
  expect(storage.partitions.filter(({ table }) => table === 'logs').reduce((sum, { rows }) => sum + rows, 0)).toBe(
    ROWS,
  );
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toContain(`holter_ingest_received_rows_total{source="otlp/http"} ${ROWS + 2}`);
  expect(metrics).toContain(`holter_ingest_rows_total{source="otlp/http",outcome="stored"} ${ROWS + 2}`);
  expect(metrics).toContain('holter_store_up 1');
});

test('a live tail shows what comes in, as it matches', async () => {
  const stop = new AbortController();
  // What a first try has stored is there at the second.
  const tailed = `tailed-${randomUUID()}`;
  const response = await fetch(
    `${server.url}/api/holter/v1/logs/tail?service=${tailed}&level=warn&level=error&text=慢`,
    {
      signal: stop.signal,
    },
  );
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const record = (body: string, severityNumber: number): object => ({
    timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
    severityNumber,
    body: { stringValue: body },
  });
  const send = (service: string, ...logRecords: object[]): Promise<number> =>
    sendOtlp(server.otlpHttp, 'logs', { resourceLogs: [{ resource: resource(service), scopeLogs: [{ logRecords }] }] });
  await send(tailed, record('很慢 一', 13), record('fast', 13), record('很慢 二', 9), record('更慢 三', 17));
  await send('other', record('很慢 四', 13));
  let text = '';
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  while (!text.includes('event: rows')) text += (await reader.read()).value ?? '';
  while (!/data: .*\n\n/.test(text)) text += (await reader.read()).value ?? '';
  stop.abort();
  const { rows } = JSON.parse(/data: (.*)\n/.exec(text)![1]!) as { rows: LogRow[] };
  expect(rows.map(({ body }) => body)).toEqual(['很慢 一', '更慢 三']);
  const stored = await eventually(
    () => search({ service: [tailed], text: '慢', level: ['warn', 'error'], order: 'oldest' }),
    (found) => found.length === 2,
  );
  expect(rows).toEqual(stored);
});
