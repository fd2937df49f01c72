import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LogRow, LogSearchResponse } from '../../src/api/logs.ts';
import type { MetricRangeResponse } from '../../src/api/metrics.ts';
import type { TraceResponse } from '../../src/api/traces.ts';
import type { LedgerResponse } from '../../src/api/sources.ts';
import { API_PREFIX } from '../../src/api/routes.ts';
import { eventually, getApi, postApi, sendOtlp, settledLedger } from '../support/api-client.ts';
import { encodeExport } from '../support/otlp-encoder.ts';
import { startServer, type HolterServer } from '../support/holter-server.ts';

const NOW = BigInt(Date.now()) * 1_000_000n;
const MIB = 1 << 20;
const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';
let server: HolterServer;
beforeAll(async () => {
  server = await startServer({ flags: ['--tcp', '127.0.0.1:0'] });
});
afterAll(() => server?.remove());

async function send(
  body: Uint8Array | string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${server.otlpHttp}/v1/logs`, { method: 'POST', headers, body: Buffer.from(body) });
  return { status: response.status, text: Buffer.from(await response.arrayBuffer()).toString() };
}

const request = (...logRecords: object[]): object => ({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
const record = (more: object = {}): object => ({ timeUnixNano: String(NOW), body: { stringValue: 'fine' }, ...more });

async function ledger(): Promise<LedgerResponse['total']> {
  return (await getApi<LedgerResponse>(server.url, '/ledger')).body.total;
}

/** The refusals are durable with the next commit, at the latest a tick later. */
async function refusedAfter(before: number): Promise<number> {
  return (await eventually(ledger, ({ refused }) => refused > before)).refused - before;
}

const good = Buffer.from(encodeExport('logs', request(record())));

test.for<[string, Uint8Array | string, Record<string, string>, number, string]>([
  ['a wrong content type', 'x=1', { 'content-type': 'text/plain' }, 415, 'OTLP_CONTENT_TYPE'],
  [
    'protobuf that is cut off',
    good.subarray(0, good.length - 3),
    { 'content-type': PROTOBUF },
    400,
    'OTLP_PROTOBUF_BROKEN',
  ],
  ['no protobuf at all', 'hello, this is no protobuf', { 'content-type': PROTOBUF }, 400, 'OTLP_PROTOBUF_BROKEN'],
  ['broken JSON', '{"resourceLogs": [', { 'content-type': JSON_TYPE }, 400, 'OTLP_JSON_BROKEN'],
  ['JSON nested a million deep', '['.repeat(1_000_000), { 'content-type': JSON_TYPE }, 400, 'OTLP_JSON_BROKEN'],
  ['100 MB', new Uint8Array(100 * MIB), { 'content-type': PROTOBUF }, 413, 'OTLP_BODY_TOO_LARGE'],
  [
    'a gzip bomb',
    gzipSync(new Uint8Array(200 * MIB)),
    { 'content-type': PROTOBUF, 'content-encoding': 'gzip' },
    413,
    'OTLP_BODY_TOO_LARGE',
  ],
  ['what is no gzip', 'plain', { 'content-type': PROTOBUF, 'content-encoding': 'gzip' }, 400, 'OTLP_DECOMPRESSION'],
  ['an unknown encoding', good, { 'content-type': PROTOBUF, 'content-encoding': 'br' }, 415, 'OTLP_CONTENT_ENCODING'],
])('%s is refused with its reason and counted', async ([, body, headers, status, code]) => {
  const { refused } = await ledger();
  const answer = await send(body, headers);
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(code)]);
  expect(await refusedAfter(refused)).toBe(1);
});

async function store(what: string, more: object): Promise<LogRow> {
  // What a first try has stored is there at the second.
  const name = `${what} ${randomUUID()}`;
  const marked = record({ ...more, severityText: name });
  const answer = await send(encodeExport('logs', request(marked)), { 'content-type': PROTOBUF });
  expect([name, answer.status]).toEqual([name, 200]);
  await settledLedger(server.url);
  const filters = [{ field: 'severityText', op: 'eq', value: name }];
  const { body } = await postApi<LogSearchResponse>(server.url, '/logs/search', { from: '0', to: 'now+1h', filters });
  expect([name, body.rows.length]).toEqual([name, 1]);
  return body.rows[0]!;
}

test('odd but readable rows are kept', async () => {
  const nul = await store('nul', { body: { stringValue: 'a\u0000b' } });
  expect(nul.body).toBe('a\u0000b');
  const wide = await store('attributes', {
    attributes: Array.from({ length: 10_000 }, (_, i) => ({ key: `k${i}`, value: { intValue: i } })),
  });
  expect(wide.attributes.map(({ value }) => Number(value)).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 10_000 }, (_, i) => i),
  );
  const long = await store('long', { body: { stringValue: '长'.repeat(350_000) } });
  expect(long.body).toBe('长'.repeat(350_000));
  const future = await store('future', { timeUnixNano: String(7_258_118_400_000_000_000n) });
  expect(future.originalTime).toBe('7258118400000000000');
  expect(BigInt(future.time)).toBeLessThan(NOW + 3_600_000_000_000n);
  const ids = await store('ids', { traceId: 'abcd', spanId: '00' });
  expect([ids.traceId, ids.spanId]).toEqual([undefined, undefined]);
});

test('invalid UTF-8 costs no other row', async () => {
  const text = 'MARKER';
  const neighbour = randomUUID();
  const bytes = Buffer.from(
    encodeExport('logs', request(record({ body: { stringValue: text } }), record({ severityText: neighbour }))),
  );
  bytes.fill(0xff, bytes.indexOf(text), bytes.indexOf(text) + 2);
  expect((await send(bytes, { 'content-type': PROTOBUF })).status).toBe(200);
  await settledLedger(server.url);
  const filters = [{ field: 'severityText', op: 'eq', value: neighbour }];
  const { body } = await postApi<LogSearchResponse>(server.url, '/logs/search', { filters });
  expect(body.rows).toHaveLength(1);
});

test('rows from 1970 have expired on arrival, are counted, and the sender is told', async () => {
  const before = await ledger();
  const answer = await send(
    JSON.stringify(request(record({ timeUnixNano: '1000000000' }), record({ severityText: randomUUID() }))),
    { 'content-type': JSON_TYPE },
  );
  expect(answer.status).toBe(200);
  const after = await settledLedger(server.url);
  expect(after.total.expired - before.expired).toBe(1);
  expect(after.total.stored - before.stored).toBe(1);
});

test('spans from 1970 have expired, those from 2200 get the time of their arrival', async () => {
  const before = await ledger();
  const traceId = randomUUID().replaceAll('-', '');
  const span = (index: number, at: bigint): object => ({
    traceId,
    spanId: `eee19b7ec3c1b17${index}`,
    name: `span ${index}`,
    startTimeUnixNano: String(at),
    endTimeUnixNano: String(at + 5n),
  });
  const spans = [span(1, 1_000_000_000n), span(2, 7_258_118_400_000_000_000n), span(3, NOW)];
  expect(await sendOtlp(server.otlpHttp, 'traces', { resourceSpans: [{ scopeSpans: [{ spans }] }] })).toBe(200);
  const after = await settledLedger(server.url);
  expect([after.total.expired - before.expired, after.total.stored - before.stored]).toEqual([1, 2]);
  const { body } = await getApi<TraceResponse>(server.url, `/traces/${traceId}`);
  expect(body.spans.map(({ name }) => name).toSorted()).toEqual(['span 2', 'span 3']);
});

async function sendPoint(name: string, kind: object): Promise<number> {
  const resourceMetrics = [{ scopeMetrics: [{ metrics: [{ name, ...kind }] }] }];
  const headers = { 'content-type': JSON_TYPE };
  const body = JSON.stringify({ resourceMetrics });
  return (await fetch(`${server.otlpHttp}/v1/metrics`, { method: 'POST', headers, body })).status;
}

const seriesOf = async (name: string): Promise<MetricRangeResponse['series']> => {
  const matchers = [{ name: '__name__', op: 'eq', value: name }];
  return (await postApi<MetricRangeResponse>(server.url, '/metrics/range', { matchers })).body.series;
};

test('a metric whose type changes keeps its samples, two values of one time are one', async () => {
  const at = (millis: number): object => ({ timeUnixNano: String(NOW + BigInt(millis) * 1_000_000n) });
  const gauge = { gauge: { dataPoints: [{ ...at(0), asInt: '1' }] } };
  expect(await sendPoint('depth', gauge)).toBe(200);
  expect(await sendPoint('depth', { sum: { isMonotonic: false, dataPoints: [{ ...at(1), asInt: '2' }] } })).toBe(200);
  expect(
    await sendPoint('twice', {
      gauge: {
        dataPoints: [
          { ...at(0), asInt: '1' },
          { ...at(0), asInt: '7' },
        ],
      },
    }),
  ).toBe(200);
  expect(await sendPoint('twice', { gauge: { dataPoints: [{ ...at(0), asInt: '3' }] } })).toBe(200);
  await settledLedger(server.url);
  expect(new Set((await seriesOf('depth')).flatMap(({ values }) => values))).toEqual(new Set([1, 2]));
  const [twice, ...others] = await seriesOf('twice');
  expect([twice?.times.length, others.length]).toEqual([1, 0]);
});

test('a line of 100 MB is cut, those beside it are whole', async () => {
  const [host = '', port = ''] = server.addressOf('tcp').split(':');
  const socket = connect(Number(port), host);
  const mark = randomUUID();
  socket.write(`${mark} before\n${mark}`);
  const piece = Buffer.alloc(MIB, 'x');
  for (let i = 0; i < 100; i++) if (!socket.write(piece)) await once(socket, 'drain');
  socket.end(`\n${mark} after\n`);
  const find = async (): Promise<LogRow[]> =>
    (
      await postApi<LogSearchResponse>(server.url, '/logs/search', {
        filters: [
          { field: 'stream:listener', op: 'exists' },
          { field: 'body', op: 'contains', value: mark },
        ],
      })
    ).body.rows;
  const rows = await eventually(find, (found) => found.length === 3);
  expect(new Set(rows.map(({ body }) => (body.length > 100 ? body.length : body)))).toEqual(
    new Set([MIB, `${mark} after`, `${mark} before`]),
  );
});

test('after all of that the ledger balances and the server is well', async () => {
  const { difference, total } = await settledLedger(server.url);
  expect(difference).toBe(0);
  expect(total.quarantined).toBeGreaterThanOrEqual(0);
  const status = await server.status();
  expect(status).toMatchObject({ ready: true, degraded: [], store: { restarts: 0 } });
});

test.for<[string, string, unknown, string]>([
  ['a limit that is too high', '/logs/search', { limit: 1_000_000 }, 'limit'],
  ['a time that is none', '/logs/search', { from: 'yesterday' }, 'from'],
  ['from behind to', '/logs/search', { from: 'now', to: 'now-1h' }, 'from'],
  ['an unknown level', '/logs/search', { level: ['loud'] }, 'level'],
  ['a filter without its value', '/logs/search', { filters: [{ field: 'x', op: 'eq' }] }, 'filters.0.value'],
  ['a trace id that is none', '/logs/search', { traceId: 'xyz' }, 'traceId'],
  ['a foreign cursor', '/logs/search', { cursor: 'abc' }, 'nextCursor'],
  ['a pattern that is no RE2', '/logs/search', { filters: [{ field: 'body', op: 'regex', value: '(?<=a)b' }] }, ''],
  [
    'an unknown label operator',
    '/metrics/range',
    { matchers: [{ name: 'x', op: 'like', value: '' }] },
    'matchers.0.op',
  ],
  ['a duration that is none', '/traces/search', { minDuration: 'long' }, 'minDuration'],
  ['an array for a body', '/logs/search', [], ''],
])('the API refuses %s and says where', async ([, path, body, place]) => {
  const answer = await postApi<{ error: { message: string } }>(server.url, path, body);
  expect(answer.status).toBe(400);
  expect(answer.body.error.message).toContain(place);
});

test('the API refuses bodies that are no JSON, too deep or too large', async () => {
  const post = async (body: string): Promise<number> =>
    (
      await fetch(`${server.url}${API_PREFIX}/logs/search`, {
        method: 'POST',
        headers: { 'content-type': JSON_TYPE },
        body,
      })
    ).status;
  expect(await post('{')).toBe(400);
  expect(await post(`{"filters":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).toBe(400);
  expect(await post(`{"text":"${'x'.repeat(2 * MIB)}"}`)).toBe(413);
  expect(await post('{"__proto__":{"limit":1}}')).toBe(400);
});
