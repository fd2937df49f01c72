// The receiver behind a real listener, and what becomes of samples in a block.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { CodedError } from '../../base/coded-error.ts';
import { encodeExemplar, encodeMetadata, encodeSeries, packSnappy } from '../../formats/remote-write/encode.case.ts';
import { canonicalLabels, fingerprintLabels } from '../../model/series-identity.ts';
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import type { DecodeContext } from '../intake.ts';
import { MemoryIntake } from '../../../test/support/memory-intake.ts';
import { RemoteWriteReceiver } from './receiver.ts';
import { remoteWriteFrame } from './remote-write-frame.ts';

const NOW = Date.now();
const HEADERS = { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' };
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const up = (job: string): [string, string][] => [
  ['__name__', 'up'],
  ['instance', '本机:9100'],
  ['job', job],
];
const pack = (...messages: number[][]): Uint8Array<ArrayBuffer> => packSnappy(Uint8Array.from(messages.flat()));

async function open(options: { maxBodyBytes?: number } = {}): Promise<{
  intake: MemoryIntake;
  post: (body: Uint8Array<ArrayBuffer>, headers?: Record<string, string>) => Promise<[number, string, Headers]>;
}> {
  const intake = new MemoryIntake([remoteWriteFrame]);
  const receiver = new RemoteWriteReceiver({ intake, ...options });
  const server = createServer((request, response) => void receiver.handle(request, response));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    intake,
    post: async (body, headers = HEADERS) => {
      const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body, headers });
      return [answer.status, await answer.text(), answer.headers];
    },
  };
}

/** Rows of the block as [series, time, value or bits]. */
function rows({ block }: MemoryIntake): string[] {
  const { samples } = block;
  return Array.from({ length: samples.rows }, (_, row) => {
    const scale = samples.scale.get(row);
    const value =
      scale === 127
        ? samples.float.data.view.getBigUint64(row * 8, true).toString(16)
        : Number(samples.mantissa.get(row)) / 10 ** scale;
    return `${samples.metric.get(row)} ${samples.time.get(row)} ${value}`;
  });
}

test('samples are stored as sent: late ones, repeated ones, stale markers bit for bit', async () => {
  const { intake, post } = await open();
  intake.expiredBefore = { ...intake.expiredBefore, metrics: -1_000_000_000n };
  const samples = [
    { timeMs: NOW, value: 1 },
    { timeMs: NOW - 60_000, value: 0.25 },
    { timeMs: NOW, value: 1 },
    { timeMs: NOW + 1, value: 0, isStale: true },
    { timeMs: NOW + 2, value: -0 },
    { timeMs: -5, value: -7 },
  ];
  expect((await post(pack(encodeSeries({ labels: up('a'), samples })))).slice(0, 2)).toEqual([204, '']);
  expect(rows(intake)).toEqual([
    `up ${NOW} 1`,
    `up ${NOW - 60_000} 0.25`,
    `up ${NOW} 1`,
    `up ${NOW + 1} 7ff0000000000002`,
    `up ${NOW + 2} 8000000000000000`,
    'up -5 -7',
  ]);
  const { series } = intake.block;
  // One row a day that the series has samples on.
  expect(series.rows).toBe(2);
  expect(series.series.get(0)).toBe(BigInt.asIntN(64, fingerprintLabels(canonicalLabels(up('a')))));
  const [start, end] = series.labels.entriesOf(0);
  const labels = Array.from({ length: end - start }, (_, i) => [
    series.labels.keys.get(start + i),
    series.labels.values.get(start + i),
  ]);
  expect(labels).toEqual(up('a').slice(1));
});

test('labels out of order and empty ones give the same series; every block gets its labels again', async () => {
  const { intake, post } = await open();
  const one = encodeSeries({ labels: up('x'), samples: [{ timeMs: NOW, value: 1 }] });
  const other = encodeSeries({
    labels: [['zone', ''], ...up('x').toReversed()],
    samples: [{ timeMs: NOW + 1, value: 2 }],
  });
  await post(pack(one, other));
  expect(intake.block.series.rows).toBe(1);
  expect(intake.block.samples.series.get(0)).toBe(intake.block.samples.series.get(1));
  intake.block.clear();
  await post(pack(other));
  expect(intake.block.series.rows).toBe(1);
  expect(intake.block.series.labels.values.get(0)).toBe('本机:9100');
  // Cut back, as when a commit fails: the labels have to come again.
  intake.block.series.truncate(0);
  intake.block.samples.truncate(0);
  await post(pack(one));
  expect(intake.block.series.rows).toBe(1);
});

test('what is refused is named, the rest is kept', async () => {
  const { intake, post } = await open();
  intake.expiredBefore = { ...intake.expiredBefore, metrics: BigInt(NOW - 3_600_000) * 1_000_000n };
  const samples = [
    { timeMs: NOW, value: 1 },
    { timeMs: NOW - 7_200_000, value: 2 },
    { timeMs: NOW + 1_200_000, value: 3 },
  ];
  const twice: [string, string][] = [
    ['__name__', 'bad'],
    ['a', '1'],
    ['a', '2'],
  ];
  const [status, text] = await post(
    pack(
      encodeSeries({ labels: up('b'), samples }),
      encodeSeries({ labels: twice, samples: [{ timeMs: NOW, value: 1 }] }),
      encodeSeries({ labels: [['job', 'nameless']], samples: [{ timeMs: NOW, value: 1 }] }),
    ),
  );
  expect(status).toBe(400);
  expect(text).toContain('2 samples of series with impossible labels');
  expect(text).toContain('bad{a="2"}: the label name "a" stands twice');
  expect(text).toContain('the series has no metric name');
  expect(text).toContain('1 samples more than 10 minutes in the future');
  expect(text).toContain('1 samples older than the retention');
  expect(text).toContain('1 samples of the request are stored');
  expect(rows(intake)).toEqual([`up ${NOW} 1`]);
});

test('exemplars and metadata come along', async () => {
  const { intake, post } = await open();
  const exemplar = encodeExemplar(
    [
      ['trace_id', 'ab'.repeat(16)],
      ['用户', '张三'],
    ],
    0.5,
    NOW,
  );
  await post(
    pack(
      encodeSeries({ labels: up('c'), samples: [{ timeMs: NOW, value: 1 }] }, exemplar),
      encodeMetadata('up', 2, '目标是否在线', ''),
    ),
  );
  const { exemplars, metadata } = intake.block;
  expect(exemplars.rows).toBe(1);
  expect(Buffer.from(exemplars.traceId.at(0)).toString('hex')).toBe('ab'.repeat(16));
  expect([metadata.metric.get(0), metadata.type.get(0), metadata.help.get(0)]).toEqual(['up', 'gauge', '目标是否在线']);
});

test('an exemplar from another time than is kept is counted and left out; the sender is not told', async () => {
  const { intake, post } = await open();
  const at = (timeMs: number): number[] => encodeExemplar([['trace_id', 'ab'.repeat(16)]], 1, timeMs);
  const samples = [{ timeMs: NOW, value: 1 }];
  const exemplars = [...at(-1), ...at(2 ** 52), ...at(NOW + 700_000), ...at(NOW)];
  const body = pack(encodeSeries({ labels: up('c'), samples }, exemplars));
  expect((await post(body)).slice(0, 2)).toEqual([204, '']);
  expect(intake.block.exemplars.rows).toBe(1);
  const context = { source: '', received: BigInt(NOW) * 1_000_000n, meta: {}, expiredBefore: intake.expiredBefore };
  const { counts } = remoteWriteFrame.decode(body, context as DecodeContext, new TelemetryBlock());
  expect(counts).toMatchObject({ received: 5, stored: 2, refused: 2, expired: 1 });
});

test.each([
  [415, { 'content-type': 'application/json', 'content-encoding': 'snappy' }],
  [
    415,
    { 'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request', 'content-encoding': 'snappy' },
  ],
  [415, { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' }],
  [204, { 'content-type': 'application/x-protobuf;proto=prometheus.WriteRequest', 'content-encoding': 'snappy' }],
  [204, { 'content-type': 'application/x-protobuf' }],
])('%i for %o', async (status, headers) => {
  const { post } = await open();
  expect((await post(pack(encodeSeries({ labels: up('d'), samples: [] })), headers))[0]).toBe(status);
});

test('a broken body is 400 and leaves nothing, a large one 413, a full spool what the spool says', async () => {
  const { intake, post } = await open({ maxBodyBytes: 1000 });
  expect((await post(Uint8Array.of(9, 1, 2)))[0]).toBe(400);
  expect((await post(pack(encodeSeries({ labels: up('e'), samples: [] }).slice(0, -1))))[0]).toBe(400);
  expect((await post(new Uint8Array(2000)))[0]).toBe(413);
  expect(intake.block.series.rows).toBe(0);
  intake.failure = new CodedError('SPOOL_FULL', 429, 'full', { retryAfterSeconds: 2 });
  const [status, , headers] = await post(pack(encodeSeries({ labels: up('e'), samples: [] })));
  expect([status, headers.get('retry-after')]).toEqual([429, '2']);
});
