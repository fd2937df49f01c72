// Rate, errors and durations of operations and the service graph of a whole server, against plain arithmetic over what was sent; killed
// in between, so that blocks are offered again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperationsResponse, ServiceGraphResponse, ServicesResponse } from '../../src/api/services.ts';
import { makeRandom } from '../store/make-blocks.ts';
import { getApi, sendOtlp, settledLedger } from '../support/api-client.ts';
import { startServer, type HolterServer } from '../support/holter-server.ts';

const MINUTE = 60_000_000_000n;
const NOW = BigInt(Date.now()) * 1_000_000n;
/** The calls begin in the ten minutes from here on. */
const START = (NOW / MINUTE - 15n) * MINUTE;
const REQUESTS = 8;
const CALLS = 120;
const KINDS = { server: 2, client: 3 } as const;

interface Sent {
  readonly service: string;
  readonly name: string;
  readonly kind: keyof typeof KINDS;
  readonly start: bigint;
  readonly duration: number;
  readonly failed: boolean;
}

const dataDir = mkdtempSync(join(tmpdir(), 'holter-rates-'));
const sent: Sent[] = [];
let server: HolterServer;
let ids = 0;
const random = makeRandom(7);

function spanOf(
  one: Sent,
  traceId: string,
  spanId: string,
  parentSpanId: string | undefined,
  attributes: object[],
): object {
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name: one.name,
    kind: KINDS[one.kind],
    startTimeUnixNano: String(one.start),
    endTimeUnixNano: String(one.start + BigInt(one.duration)),
    ...(one.failed ? { status: { code: 2 } } : {}),
    attributes,
  };
}

/** A request from outside to the shop, which calls 库存 and its database. */
function makeCalls(): object {
  const spans: Record<string, object[]> = { shop: [], 库存: [] };
  for (let call = 0; call < CALLS; call++) {
    const id = (): string => (++ids).toString(16).padStart(16, '0');
    const traceId = id().padStart(32, 'a');
    const start = START + BigInt(Math.floor(random() * 600e9));
    const add = (
      span: Omit<Sent, 'start' | 'duration'>,
      own: string,
      parent?: string,
      attributes: object[] = [],
    ): void => {
      const one = { ...span, start, duration: Math.floor(1e6 + random() * 1e9) };
      sent.push(one);
      spans[one.service]!.push(spanOf(one, traceId, own, parent, attributes));
    };
    const [root, client, called, database] = [id(), id(), id(), id()];
    const route = call % 3 === 0 ? 'POST /order' : 'GET /';
    add({ service: 'shop', name: route, kind: 'server', failed: random() < 0.1 }, root);
    add({ service: 'shop', name: 'call', kind: 'client', failed: false }, client, root);
    add({ service: '库存', name: 'GET /stock', kind: 'server', failed: random() < 0.2 }, called, client);
    const system = { key: 'db.system', value: { stringValue: 'postgresql' } };
    add({ service: '库存', name: 'SELECT', kind: 'client', failed: false }, database, called, [system]);
  }
  const resourceSpans = Object.entries(spans).map(([service, list]) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
    scopeSpans: [{ spans: list }],
  }));
  return { resourceSpans };
}

beforeAll(async () => {
  server = await startServer({ dataDir });
  for (let request = 0; request < REQUESTS; request++) {
    expect(await sendOtlp(server.otlpHttp, 'traces', makeCalls())).toBe(200);
    if (request % 3 !== 1) continue;
    await server.kill9();
    server = await startServer({ dataDir });
  }
  await settledLedger(server.url);
}, 120_000);

afterAll(async () => {
  await server?.remove();
  rmSync(dataDir, { recursive: true, force: true });
});

const inRange = (from: bigint, to: bigint): Sent[] => sent.filter(({ start }) => start >= from && start < to);

test.each([
  ['whole minutes', START, START + 10n * MINUTE],
  ['a ragged range', START + 7_654_321_012n, START + 8n * MINUTE - 1n],
  ['less than a minute', START + MINUTE + 1n, START + MINUTE + 40_000_000_000n],
])('operations in %s', async (_, from, to) => {
  const { body } = await getApi<OperationsResponse>(server.url, `/operations?from=${from}&to=${to}&buckets=20`);
  const expected = inRange(from, to);
  const names = new Set(expected.map(({ service, name, kind }) => `${service} ${name} ${kind}`));
  expect(new Set(body.operations.map(({ service, operation, kind }) => `${service} ${operation} ${kind}`))).toEqual(
    names,
  );
  expect(body).toMatchObject({ truncated: false, sampled: false });
  for (const found of body.operations) {
    const spans = expected.filter(({ service, name }) => service === found.service && name === found.operation);
    const durations = spans.map(({ duration }) => duration).toSorted((a, b) => a - b);
    expect(found.spans).toBe(spans.length);
    expect(found.errors).toBe(spans.filter(({ failed }) => failed).length);
    expect(found.rate).toBeCloseTo(spans.length / (Number(to - from) / 1e9), 9);
    expect(Number(found.mean)).toBeCloseTo(durations.reduce((sum, one) => sum + one, 0) / durations.length, -1);
    for (const [level, quantile] of [
      [0.5, found.p50],
      [0.95, found.p95],
      [0.99, found.p99],
    ] as const) {
      const exact = durations[Math.ceil(level * durations.length) - 1]!;
      expect(Math.abs(Number(quantile) - exact)).toBeLessThanOrEqual(exact / 16 + 1);
    }
    const { start, interval } = body.series!;
    found.series!.spans.forEach((count, step) => {
      const first = BigInt(start) + BigInt(interval) * BigInt(step);
      const within = spans.filter((one) => one.start >= first && one.start < first + BigInt(interval));
      expect(count).toBe(within.length);
      expect(found.series!.errors[step]).toBe(within.filter(({ failed }) => failed).length);
    });
    expect(found.series!.spans.reduce((sum, count) => sum + count, 0)).toBe(spans.length);
  }
});

test('operations of one service, of one kind, and the largest of them', async () => {
  const range = `from=${START}&to=${START + 10n * MINUTE}`;
  const ask = async (more: string): Promise<OperationsResponse> =>
    (await getApi<OperationsResponse>(server.url, `/operations?${range}&${more}`)).body;
  const namesOf = ({ operations }: OperationsResponse): string[] => operations.map(({ operation }) => operation);
  expect(namesOf(await ask(`service=${encodeURIComponent('库存')}&kind=server`))).toEqual(['GET /stock']);
  const [largest, ...others] = (await ask('service=shop')).operations;
  expect(others.length).toBe(2);
  const limited = await ask('service=shop&limit=1');
  expect(limited).toMatchObject({ truncated: true });
  expect(limited.operations).toEqual([largest]);
  expect(await ask('service=nobody')).toMatchObject({ operations: [], truncated: false });
  expect((await getApi(server.url, '/operations?limit=0')).status).toBe(400);
  const { body } = await getApi<ServicesResponse>(server.url, `/services?${range}`);
  expect(body.services.map(({ service, spans }) => [service, spans])).toEqual([
    ['shop', 2 * REQUESTS * CALLS],
    ['库存', 2 * REQUESTS * CALLS],
  ]);
});

test('the service graph', async () => {
  const calls = REQUESTS * CALLS;
  const failed = (name: string): number => sent.filter((one) => one.name === name && one.failed).length;
  const path = `/services/graph?from=${START + 1n}&to=${START + 10n * MINUTE - 1n}`;
  const { body } = await getApi<ServiceGraphResponse>(server.url, path);
  expect(body).toMatchObject({
    from: String(START),
    to: String(START + 10n * MINUTE),
    truncated: false,
    sampled: false,
  });
  expect(body.nodes).toHaveLength(3);
  const none = {
    rate: expect.closeTo(calls / 599.999999999, 6) as number,
    entries: 0,
    unknownClients: 0,
    unknownServers: 0,
  };
  const entered = failed('GET /') + failed('POST /order');
  expect(body.nodes).toEqual(
    expect.arrayContaining([
      { ...none, id: 'service:shop', kind: 'service', name: 'shop', calls, errors: entered, entries: calls },
      { ...none, id: 'service:库存', kind: 'service', name: '库存', calls, errors: failed('GET /stock') },
      { ...none, id: 'database:postgresql', kind: 'database', name: 'postgresql', calls, errors: 0 },
    ]),
  );
  expect(body.links).toHaveLength(2);
  expect(body.links).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        from: 'service:shop',
        to: 'service:库存',
        kind: 'call',
        calls,
        errors: failed('GET /stock'),
      }),
      expect.objectContaining({ from: 'service:库存', to: 'database:postgresql', kind: 'database', calls, errors: 0 }),
    ]),
  );
  const limited = await getApi<ServiceGraphResponse>(server.url, `${path}&limit=1`);
  expect(limited.body.truncated).toBe(true);
  const before = await getApi<ServiceGraphResponse>(server.url, `/services/graph?from=0&to=60000000000`);
  expect(before.body).toMatchObject({ nodes: [], links: [] });
});
