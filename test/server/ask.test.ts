import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendOtlp, settledLedger } from '../support/api-client.ts';
import { startServer, type HolterServer } from '../support/holter-server.ts';

const HOLTER = resolve(import.meta.dirname, '../../bin/holter.js');
const TRACE = 'ab'.repeat(16);
const NOW = BigInt(Date.now()) * 1_000_000n;
let server: HolterServer;

const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
const resource = { attributes: [text('service.name', '订单')] };
const logRecord = (body: string, severityNumber: number, i: number): object => ({
  timeUnixNano: String(NOW - 1_000_000_000n + BigInt(i)),
  severityNumber,
  body: { stringValue: body },
  attributes: [text('route', `/r${i}`)],
});
const span = (spanId: string, name: string, parentSpanId?: string): object => ({
  traceId: TRACE,
  spanId,
  name,
  ...(parentSpanId === undefined ? {} : { parentSpanId }),
  startTimeUnixNano: String(NOW - 1_000_000_000n),
  endTimeUnixNano: String(NOW - 800_000_000n),
  ...(parentSpanId === undefined ? {} : { status: { code: 2, message: '余额不足' } }),
});

beforeAll(async () => {
  server = await startServer();
  const logRecords = [logRecord('付款 accepted', 9, 1), logRecord('付款 \u001b[31mdeclined', 17, 2)];
  await sendOtlp(server.otlpHttp, 'logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] });
  const spans = [span('1'.repeat(16), 'GET /'), span('2'.repeat(16), 'pay', '1'.repeat(16))];
  await sendOtlp(server.otlpHttp, 'traces', { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
  await settledLedger(server.url);
});
afterAll(() => server?.remove());

async function holter(...words: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [HOLTER, ...words], { env: { ...process.env, HOLTER_SERVER: server.url } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, out, err };
}

test('holter logs: words, level, fields; what could steer a terminal is made visible', async () => {
  const all = await holter('logs');
  expect(all.code).toBe(0);
  const lines = all.out.trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z INFO {2}订单 付款 accepted route=\/r1$/);
  expect(lines[1]).toContain('ERROR 订单 付款 ');
  expect(lines[1]).not.toContain('\u001b');
  expect((await holter('logs', 'accepted')).out.trimEnd().split('\n')).toHaveLength(1);
  expect((await holter('logs', '--level', 'error', '--where', 'route~^/r\\d$')).out).toContain('declined');
  expect((await holter('logs', 'nowhere')).code).toBe(1);
  expect(JSON.parse((await holter('logs', '--where', 'route=/r1', '--json')).out)).toMatchObject({
    body: '付款 accepted',
  });
  expect(await holter('logs', '--level', 'loud')).toMatchObject({
    code: 2,
    err: expect.stringContaining('level') as string,
  });
});

test('holter traces: the list, and one trace as a tree', async () => {
  const list = await holter('traces', '--min', '100ms', '--error');
  expect([list.code, list.out]).toEqual([
    0,
    expect.stringMatching(new RegExp(`${TRACE} +200\\.0 ms +2 spans 1 errors +订单 GET /`)),
  ]);
  expect((await holter('traces', '--min', '5s')).code).toBe(1);
  const tree = await holter('traces', TRACE);
  expect(tree.out).toBe(' 200.0 ms  订单 GET /\n 200.0 ms    订单 pay error: 余额不足\n');
  const gone = await holter('traces', 'c'.repeat(32));
  expect([gone.code, gone.err]).toEqual([1, expect.stringContaining('TRACE_UNKNOWN')]);
});

test('a server that is not there is said', async () => {
  const { code, err } = await holter('logs', '--server', 'http://127.0.0.1:1');
  expect([code, err]).toEqual([3, expect.stringContaining('cannot reach http://127.0.0.1:1')]);
});
