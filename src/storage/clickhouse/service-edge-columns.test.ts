// Calls between services: whatever order their sides come in and however blocks cut them, the edges of all blocks together are those that
// pairing all spans at once gives; every server's span is counted at exactly one edge.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findHost } from './peer-reader.ts';
import { edgeKinds } from '../../model/service-edges.ts';
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import { CallPairs, type ServiceEdgeColumns } from './service-edge-columns.ts';
import { WaitingSides } from './waiting-sides.ts';

const START = 1_795_000_000_000_000_000n;
const MINUTE = 60_000_000_000n;
const CLIENT = 3;
const SERVER = 2;

interface Sent {
  readonly service: string;
  readonly kind: number;
  readonly id: number;
  readonly parent: number;
  readonly trace: number;
  readonly minute?: number;
  readonly duration?: number;
  readonly failed?: boolean;
  readonly weight?: number;
  readonly attributes?: Readonly<Record<string, string>>;
}

function makeBlock(sent: readonly Sent[]): TelemetryBlock {
  const block = new TelemetryBlock();
  const { spans } = block;
  const id = (size: number, value: number): Uint8Array => {
    const bytes = new Uint8Array(size);
    new DataView(bytes.buffer).setUint32(size - 4, value);
    return bytes;
  };
  for (const {
    service,
    kind,
    id: own,
    parent,
    trace,
    minute = 0,
    duration = 1000,
    failed,
    weight = 1,
    attributes,
  } of sent) {
    spans.time.push(START + BigInt(minute) * MINUTE);
    spans.duration.pushNumber(duration);
    spans.service.push(service);
    spans.kind.push(kind);
    spans.status.push(failed === true ? 2 : 0);
    spans.traceId.pushBytes(id(16, trace), 0);
    spans.spanId.pushBytes(id(8, own), 0);
    spans.parentId.pushBytes(id(8, parent), 0);
    spans.weight.push(weight);
    spans.retention.push(0);
    for (const [name, value] of Object.entries(attributes ?? {})) {
      spans.attributes.strings.keys.push(name);
      spans.attributes.strings.values.push(value);
    }
    spans.attributes.closeRow();
    spans.closeRow();
  }
  return block;
}

type Sums = Map<string, [weight: number, rows: number, errors: number, duration: number]>;

/** Adds edges up by kind, both names, minute and bucket; what came to nothing is left out. */
function addUp(parts: readonly ServiceEdgeColumns[]): Sums {
  const sums: Sums = new Map();
  for (const edges of parts) {
    for (let row = 0; row < edges.rows; row++) {
      const bucket = edges.durationBucket.data.view.getUint16(row * 2, true);
      const ends = `${edges.client.get(row)} → ${edges.server.get(row)}`;
      const name = `${edgeKinds[edges.kind.get(row)]} ${ends} ${edges.minute.get(row)} ${bucket}`;
      const [weight, rows, errors, duration] = sums.get(name) ?? [0, 0, 0, 0];
      sums.set(name, [
        weight + edges.weight.get(row),
        rows + edges.rowCount.get(row),
        errors + edges.errors.get(row),
        duration + edges.duration.get(row),
      ]);
    }
  }
  for (const [name, amounts] of sums) if (amounts.every((amount) => amount === 0)) sums.delete(name);
  return sums;
}

/** Only what an edge is, without minute and bucket: rows of each. */
function describe(parts: readonly ServiceEdgeColumns[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [name, [, rows]] of addUp(parts)) {
    const short = name.split(' ').slice(0, -2).join(' ');
    found[short] = (found[short] ?? 0) + rows;
  }
  return found;
}

const span = fc.record({
  service: fc.constantFrom('gateway', 'orders', '库存'),
  kind: fc.integer({ min: 0, max: 5 }),
  id: fc.integer({ min: 1, max: 40 }),
  parent: fc.integer({ min: 0, max: 40 }),
  trace: fc.integer({ min: 1, max: 2 }),
  minute: fc.integer({ min: 0, max: 2 }),
  duration: fc.nat(5000),
  failed: fc.boolean(),
  weight: fc.constantFrom(1, 1, 10),
  attributes: fc.constantFrom(
    {},
    { 'server.address': 'api.example.com' },
    { 'messaging.system': 'kafka' },
    { 'db.system.name': 'redis' },
  ),
});
// A span id is a span's own.
const spans = fc.uniqueArray(span, { minLength: 1, maxLength: 60, selector: ({ trace, id }) => `${trace}/${id}` });

test('order and blocks change nothing, and every server’s span is at one edge', () => {
  fc.assert(
    fc.property(spans, fc.infiniteStream(fc.nat(9)), (sent, cuts) => {
      const whole = addUp([new CallPairs().collect(makeBlock(sent).spans)]);
      const shuffled = sent.map((one) => [cuts.next().value as number, one] as const).toSorted(([a], [b]) => a - b);
      const pairs = new CallPairs();
      const parts: ServiceEdgeColumns[] = [];
      let rest = shuffled.map(([, one]) => one);
      while (rest.length > 0) {
        const size = 1 + (cuts.next().value as number);
        parts.push(pairs.collect(makeBlock(rest.slice(0, size)).spans));
        rest = rest.slice(size);
      }
      expect(addUp(parts)).toEqual(whole);
      for (const [, rows] of whole.values()) expect(rows).toBeGreaterThan(0);

      const found = describe(parts);
      const into = (service: string): number =>
        Object.entries(found)
          .filter(
            ([name]) => /^(call|message|consume|entry|unknownClient) /.test(name) && name.endsWith(`→ ${service}`),
          )
          .reduce((sum, [, rows]) => sum + rows, 0);
      for (const service of ['gateway', 'orders', '库存'])
        expect(into(service)).toBe(
          sent.filter((one) => one.service === service && (one.kind === 2 || one.kind === 5)).length,
        );
      const isCalled = ({ id, trace }: Sent): boolean =>
        sent.some((one) => (one.kind === 2 || one.kind === 5) && one.parent === id && one.trace === trace);
      const alone = sent.filter(
        (one) =>
          (one.kind === 3 || one.kind === 4) && (!isCalled(one) || one.attributes?.['db.system.name'] !== undefined),
      );
      const unanswered = Object.entries(found)
        .filter(([name]) => /^(database|publish|external|unknownServer) /.test(name))
        .reduce((sum, [, rows]) => sum + rows, 0);
      expect(unanswered).toBe(alone.length);
    }),
    { numRuns: 300 },
  );
});

test('a call takes as long as its server’s side, by its weight, and failed if either side did', () => {
  const client: Sent = { service: 'gateway', kind: CLIENT, id: 1, parent: 9, trace: 1, duration: 9000, failed: true };
  const server: Sent = { service: 'orders', kind: SERVER, id: 2, parent: 1, trace: 1, duration: 7000, weight: 10 };
  for (const order of [
    [client, server],
    [server, client],
  ]) {
    const pairs = new CallPairs();
    const parts = order.map((one) => pairs.collect(makeBlock([one]).spans));
    const edges = [...addUp(parts)];
    expect(edges).toHaveLength(1);
    const [name, amounts] = edges[0]!;
    expect(name).toMatch(/^call gateway → orders /);
    expect(amounts).toEqual([10, 1, 10, 70_000]);
  }
});

test('the span of another trace is none’s other side', () => {
  const client: Sent = { service: 'gateway', kind: CLIENT, id: 1, parent: 9, trace: 1 };
  const server: Sent = { service: 'orders', kind: SERVER, id: 2, parent: 1, trace: 2 };
  expect(describe([new CallPairs().collect(makeBlock([client, server]).spans)])).toEqual({
    'unknownServer gateway → ': 1,
    'unknownClient  → orders': 1,
  });
});

test('many servers that wait for one client all find it', () => {
  const servers = Array.from({ length: 50_000 }, (_, i): Sent => ({
    service: 'worker',
    kind: 5,
    id: i + 2,
    parent: 1,
    trace: 1,
  }));
  const pairs = new CallPairs();
  const parts = [pairs.collect(makeBlock(servers).spans)];
  expect(describe(parts)).toEqual({ 'unknownClient  → worker': 50_000 });
  parts.push(pairs.collect(makeBlock([{ service: 'shop', kind: 4, id: 1, parent: 0, trace: 1 }]).spans));
  expect(describe(parts)).toEqual({ 'message shop → worker': 50_000 });
});

test('a side waits for a minute at least, and not for ever', () => {
  const client: Sent = { service: 'gateway', kind: CLIENT, id: 1, parent: 9, trace: 1 };
  const server: Sent = { service: 'orders', kind: SERVER, id: 2, parent: 1, trace: 1 };
  const sendApart = (millis: number): Record<string, number> => {
    let now = 0;
    const pairs = new CallPairs(new WaitingSides(() => now));
    const parts = [pairs.collect(makeBlock([client]).spans)];
    for (const end = now + millis; now < end; now += 1000) parts.push(pairs.collect(makeBlock([]).spans));
    parts.push(pairs.collect(makeBlock([server]).spans));
    return describe(parts);
  };
  expect(sendApart(59_000)).toEqual({ 'call gateway → orders': 1 });
  expect(sendApart(180_000)).toEqual({ 'unknownServer gateway → ': 1, 'unknownClient  → orders': 1 });
});

test('what a client says of a side that sends no spans', () => {
  const peerOf = (attributes: Readonly<Record<string, string>>, kind = CLIENT): string[] =>
    Object.keys(
      describe([
        new CallPairs().collect(makeBlock([{ service: 'shop', kind, id: 1, parent: 0, trace: 1, attributes }]).spans),
      ]),
    );
  expect(peerOf({ 'db.system.name': 'postgresql', 'db.namespace': '订单' })).toEqual([
    'database shop → postgresql/订单',
  ]);
  expect(peerOf({ 'server.address': 'db-1', 'db.system.name': 'redis' })).toEqual(['database shop → redis/db-1']);
  expect(peerOf({ 'db.system.name': 'sqlite', 'db.namespace': '' })).toEqual(['database shop → sqlite']);
  expect(peerOf({ 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' }, 4)).toEqual([
    'publish shop → kafka/orders',
  ]);
  expect(peerOf({ 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' }, 5)).toEqual([
    'consume kafka/orders → shop',
  ]);
  expect(peerOf({ 'server.address': 'api.stripe.com', 'url.full': 'https://x/' })).toEqual([
    'external shop → api.stripe.com',
  ]);
  expect(peerOf({ 'peer.service': 'billing', 'server.address': '10.0.0.7' })).toEqual(['external shop → billing']);
  expect(peerOf({ 'url.full': 'https://me:secret@pay.example.com:8443/v1?a=b@c' })).toEqual([
    'external shop → pay.example.com',
  ]);
  expect(peerOf({ 'url.full': 'nonsense' })).toEqual(['unknownServer shop → ']);
  expect(peerOf({})).toEqual(['unknownServer shop → ']);
});

test('the host of an URL', () => {
  const hostOf = (text: string): string | undefined => {
    const bytes = Buffer.from(`xx${text}yy`);
    const place = findHost(bytes, 2, bytes.length - 2);
    return place && bytes.subarray(...place).toString();
  };
  expect(hostOf('http://a.example/x')).toBe('a.example');
  expect(hostOf('http://a.example')).toBe('a.example');
  expect(hostOf('http://u:p@[::1]:80/x')).toBe('[::1]');
  expect(hostOf('grpc://h:1?x=http://y/')).toBe('h');
  for (const none of ['', '/path', 'http:/x', 'http://', 'http:///x', '://x', 'http://:80/'])
    expect(hostOf(none)).toBeUndefined();
});
