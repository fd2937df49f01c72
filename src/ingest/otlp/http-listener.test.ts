import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MemoryIntake } from '../../../test/support/memory-intake.ts';
import { encodeExport } from '../../../test/support/otlp-encoder.ts';
import { CodedError } from '../../base/coded-error.ts';
import { otlpFrameKinds } from './frame-kinds.ts';
import { openOtlpHttpListener, type Listener } from './http-listener.ts';

const PROTOBUF = 'application/x-protobuf';
const MAX = 1024 * 1024;

let intake: MemoryIntake;
let listener: Listener;
let allowed: boolean | CodedError = true;
const faults: unknown[] = [];

beforeEach(async () => {
  allowed = true;
  faults.length = 0;
  intake = new MemoryIntake(otlpFrameKinds);
  listener = await openOtlpHttpListener({
    host: '127.0.0.1',
    port: 0,
    intake,
    authorize: () => allowed,
    onFault: (fault) => faults.push(fault),
    maxBodyBytes: MAX,
  });
});
afterEach(() => listener.close(1));

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function send(
  path: string,
  body: Uint8Array | string,
  headers: Record<string, string>,
  method = 'POST',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { host, port } = listener.address;
    const request = httpRequest({ host, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

const record = (body: string): object => ({ timeUnixNano: `${Date.now()}000000`, body: { stringValue: body } });
const logs = (...bodies: string[]): object => ({ resourceLogs: [{ scopeLogs: [{ logRecords: bodies.map(record) }] }] });
const span = (traceId: string): object => ({
  traceId,
  spanId: '1112131415161718',
  name: 'x',
  startTimeUnixNano: `${Date.now()}000000`,
});
const TRACE = '0102030405060708090a0b0c0d0e0f10';
const traces = (...ids: string[]): object => ({ resourceSpans: [{ scopeSpans: [{ spans: ids.map(span) }] }] });

test('protobuf as it is, gzip and zstd are taken; the answer is of the same type', async () => {
  const body = encodeExport('logs', logs('用户登录成功'));
  const plain = await send('/v1/logs', body, { 'content-type': PROTOBUF });
  const zipped = await send('/v1/logs', gzipSync(body), {
    'content-type': `${PROTOBUF}; x=y`,
    'content-encoding': 'gzip',
  });
  const zstd = await send('/v1/logs', zstdCompressSync(body), { 'content-type': PROTOBUF, 'content-encoding': 'zstd' });
  for (const { status, headers, body: answer } of [plain, zipped, zstd]) {
    expect([status, headers['content-type'], answer.length]).toEqual([200, PROTOBUF, 0]);
  }
  expect([0, 1, 2].map((row) => intake.block.logs.body.get(row))).toEqual(Array(3).fill('用户登录成功'));
  expect(
    intake.frames.map(({ kind, source, deduplicate, body: frame }) => [
      kind,
      source,
      deduplicate,
      Buffer.from(frame).equals(body),
    ]),
  ).toEqual(Array(3).fill(['otlp-logs-protobuf', 'otlp/http', true, true]));
});

test('an empty request is a success', async () => {
  const { status, body } = await send('/v1/traces', '', { 'content-type': PROTOBUF });
  expect([status, body.length]).toEqual([200, 0]);
});

test('rows that cannot be stored are a partial success with their number and the reason', async () => {
  const body = encodeExport('traces', traces(TRACE, '0102', '00000000000000000000000000000000'));
  const answer = await send('/v1/traces', body, { 'content-type': PROTOBUF });
  expect(answer.status).toBe(200);
  expect(answer.body.toString('latin1')).toContain(
    '2 of 3 spans could not be stored, the first because the trace id of a span must have 16 bytes, not 2',
  );
  expect([...answer.body.subarray(6, 8)]).toEqual([0x08, 2]);
  expect(intake.block.spans.rows).toBe(1);
});

test.each([
  ['a cut-off body', (body: Uint8Array) => body.subarray(0, body.length - 3), {}, 400, 3],
  ['bytes that are no gzip', (body: Uint8Array) => body, { 'content-encoding': 'gzip' }, 400, 3],
  ['a coding that nobody knows', (body: Uint8Array) => body, { 'content-encoding': 'br' }, 415, 3],
  ['a body that is too large', () => new Uint8Array(MAX + 1), {}, 413, 8],
  ['a chunked body that is too large', () => new Uint8Array(3 * MAX), { 'transfer-encoding': 'chunked' }, 413, 8],
  ['a bomb', () => gzipSync(new Uint8Array(64 * MAX)), { 'content-encoding': 'gzip' }, 413, 8],
])('%s is refused with a google.rpc.Status and leaves nothing', async (_, make, headers, status, code) => {
  const answer = await send('/v1/logs', make(encodeExport('logs', logs('a', 'b'))), {
    'content-type': PROTOBUF,
    ...headers,
  });
  expect([answer.status, answer.headers['content-type']]).toEqual([status, PROTOBUF]);
  expect([...answer.body.subarray(0, 2)]).toEqual([0x08, code]);
  expect([intake.block.logs.rows, intake.frames.length]).toEqual([0, 0]);
  // The connection and the listener go on.
  expect((await send('/v1/logs', encodeExport('logs', logs('next')), { 'content-type': PROTOBUF })).status).toBe(200);
});

test('what never became a frame is counted as refused, by its reason', async () => {
  await send('/v1/logs', 'x', { 'content-type': 'text/plain' });
  await send('/v1/logs', new Uint8Array(MAX + 1), { 'content-type': PROTOBUF });
  expect(intake.refusals).toEqual([
    { source: 'otlp/http', rows: 1, reason: 'OTLP_CONTENT_TYPE' },
    { source: 'otlp/http', rows: 1, reason: 'OTLP_BODY_TOO_LARGE' },
  ]);
});

test('wrong path, method, type and token have their answers', async () => {
  expect((await send('/v1/nothing', '', { 'content-type': PROTOBUF })).status).toBe(404);
  const get = await send('/v1/logs', '', {}, 'GET');
  expect([get.status, get.headers['allow']]).toEqual([405, 'POST']);
  expect((await send('/v1/logs', '', {})).status).toBe(415);
  allowed = false;
  const unknown = await send('/v1/logs', '{}', { 'content-type': 'application/json' });
  expect([unknown.status, JSON.parse(unknown.body.toString())]).toMatchObject([401, { code: 16 }]);
  allowed = new CodedError('TOKEN_FORBIDDEN', 403, 'this token may not ingest');
  expect((await send('/v1/logs', '', { 'content-type': PROTOBUF })).status).toBe(403);
});

test('back-pressure says when to try again', async () => {
  const cause = new Error('no space');
  intake.failure = new CodedError('SPOOL_FULL', 429, 'the spool is full', { retryAfterSeconds: 4.2, cause });
  const answer = await send('/v1/logs', encodeExport('logs', logs('a')), { 'content-type': PROTOBUF });
  expect([answer.status, answer.headers['retry-after']]).toEqual([429, '5']);
  expect(answer.body.toString('latin1')).toContain('google.rpc.RetryInfo');
  expect(faults).toEqual([]);
});

test('a fault of our own is 500, and told', async () => {
  const fault = new Error('bug');
  intake.accept = () => Promise.reject(fault);
  const answer = await send('/v1/logs', '', { 'content-type': PROTOBUF });
  expect([answer.status, faults]).toEqual([500, [fault]]);
});

test('closing answers what is under way', async () => {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const accept = intake.accept.bind(intake);
  intake.accept = async (frame) => {
    reach();
    await released;
    return await accept(frame);
  };
  const pending = send('/v1/logs', encodeExport('logs', logs('last')), { 'content-type': PROTOBUF });
  await reached;
  const closed = listener.close(5);
  release();
  expect((await pending).status).toBe(200);
  await closed;
  expect(intake.block.logs.rows).toBe(1);
});

test('a buffer is not used for another body before its own is durable', async () => {
  let changed = 0;
  const slow = await openOtlpHttpListener({
    host: '127.0.0.1',
    port: 0,
    intake: {
      accept: async (frame) => {
        const came = Buffer.from(frame.body);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
        if (!came.equals(frame.body)) changed++;
        return intake.accept(frame);
      },
      refuse: (source, rows, reason) => intake.refuse(source, rows, reason),
    },
  });
  const url = `http://127.0.0.1:${slow.address.port}/v1/logs`;
  const texts = Array.from({ length: 200 }, (_, i) => `${i} `.repeat(1 + ((i * 37) % 5000)));
  for (let from = 0; from < texts.length; from += 20) {
    const sent = texts.slice(from, from + 20).map((text) =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': PROTOBUF },
        body: Buffer.from(encodeExport('logs', logs(text))),
      }),
    );
    for (const answer of await Promise.all(sent)) expect(answer.status).toBe(200);
  }
  expect(changed).toBe(0);
  const { body } = intake.block.logs;
  expect(Array.from(texts, (_, row) => body.get(row)).toSorted()).toEqual(texts.toSorted());
  await slow.close(1);
});
