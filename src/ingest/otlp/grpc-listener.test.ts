import { randomBytes } from 'node:crypto';
import { Client, compressionAlgorithms, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MemoryIntake } from '../../../test/support/memory-intake.ts';
import { encodeExport } from '../../../test/support/otlp-encoder.ts';
import { CodedError } from '../../base/coded-error.ts';
import { otlpFrameKinds } from './frame-kinds.ts';
import { openOtlpGrpcListener } from './grpc-listener.ts';
import type { Listener } from './http-listener.ts';

const MAX = 1024 * 1024;
let intake: MemoryIntake;
let listener: Listener;
let client: Client;
let token = '';

beforeEach(async () => {
  token = '';
  intake = new MemoryIntake(otlpFrameKinds);
  listener = await openOtlpGrpcListener({
    host: '127.0.0.1',
    port: 0,
    intake,
    authorize: (headers) => headers['authorization'] === (token === '' ? undefined : `Bearer ${token}`),
    maxBodyBytes: MAX,
  });
  client = makeClient();
});
afterEach(async () => {
  client.close();
  await listener.close(1);
});

function makeClient(options: object = {}): Client {
  const { host, port } = listener.address;
  return new Client(`${host}:${port}`, credentials.createInsecure(), options);
}

const LOGS = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';

function call(path: string, body: Uint8Array, metadata = new Metadata(), over = client): Promise<Buffer> {
  const pass = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve, reject) => {
    over.makeUnaryRequest(path, pass, pass, Buffer.from(body), metadata, {}, (error, response) => {
      if (error === null) resolve(response!);
      else reject(error);
    });
  });
}

async function failure(promise: Promise<unknown>): Promise<ServiceError> {
  return await promise.then(
    () => {
      throw new Error('this call had to fail');
    },
    (error: unknown) => error as ServiceError,
  );
}

const logs = (body: string): Uint8Array =>
  encodeExport('logs', {
    resourceLogs: [
      { scopeLogs: [{ logRecords: [{ timeUnixNano: `${Date.now()}000000`, body: { stringValue: body } }] }] },
    ],
  });

test('an export is taken, plain and gzip', async () => {
  expect(await call(LOGS, logs('第一'))).toHaveLength(0);
  const zipping = makeClient({ 'grpc.default_compression_algorithm': compressionAlgorithms.gzip });
  await call(LOGS, logs('第二'), new Metadata(), zipping);
  zipping.close();
  expect([0, 1].map((row) => intake.block.logs.body.get(row))).toEqual(['第一', '第二']);
  expect(intake.frames.map(({ kind, source }) => [kind, source])).toEqual(
    Array(2).fill(['otlp-logs-protobuf', 'otlp/grpc']),
  );
});

test('a cut-off message is INVALID_ARGUMENT, and nothing of it is stored', async () => {
  const error = await failure(call(LOGS, logs('whole').subarray(0, 20)));
  expect([error.code, intake.block.logs.rows]).toEqual([status.INVALID_ARGUMENT, 0]);
  expect(error.details).toContain('OTLP_PROTOBUF_BROKEN');
});

test('back-pressure is RESOURCE_EXHAUSTED with retry info, or UNAVAILABLE', async () => {
  intake.failure = new CodedError('SPOOL_FULL', 429, 'the spool is full', { retryAfterSeconds: 7 });
  const full = await failure(call(LOGS, logs('a')));
  const details = full.metadata.get('grpc-status-details-bin')[0] as Buffer;
  expect(full.code).toBe(status.RESOURCE_EXHAUSTED);
  expect(details.toString('latin1')).toContain('type.googleapis.com/google.rpc.RetryInfo');
  expect([...details.subarray(-2)]).toEqual([0x08, 7]);
  intake.failure = new CodedError('SPOOL_CLOSED', 503, 'shutting down');
  expect((await failure(call(LOGS, logs('a')))).code).toBe(status.UNAVAILABLE);
});

test('a message that is too large is RESOURCE_EXHAUSTED, also one that grows by decompression', async () => {
  expect((await failure(call(LOGS, randomBytes(MAX + 1)))).code).toBe(status.RESOURCE_EXHAUSTED);
  const zipping = makeClient({ 'grpc.default_compression_algorithm': compressionAlgorithms.gzip });
  const bomb = await failure(call(LOGS, new Uint8Array(32 * MAX), new Metadata(), zipping));
  zipping.close();
  expect([bomb.code, intake.frames.length]).toEqual([status.RESOURCE_EXHAUSTED, 0]);
  expect(await call(LOGS, logs('next'))).toHaveLength(0);
});

test('without the token it is UNAUTHENTICATED, and counted', async () => {
  token = 'secret';
  expect((await failure(call(LOGS, logs('a')))).code).toBe(status.UNAUTHENTICATED);
  expect(intake.refusals).toEqual([{ source: 'otlp/grpc', rows: 1, reason: 'OTLP_UNAUTHORIZED' }]);
  const metadata = new Metadata();
  metadata.set('authorization', 'Bearer secret');
  expect(await call(LOGS, logs('a'), metadata)).toHaveLength(0);
});

test('a method that does not exist is UNIMPLEMENTED', async () => {
  const error = await failure(call('/opentelemetry.proto.collector.logs.v1.LogsService/Import', logs('a')));
  expect(error.code).toBe(status.UNIMPLEMENTED);
});
