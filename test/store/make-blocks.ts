// Blocks of made-up telemetry for tests and benches: eight services, a few hosts, Chinese among the texts, times that come in
// late and mixed as real senders' do. The same seed gives the same block.
import { fingerprintText } from '../../src/base/fingerprint.ts';
import { TelemetryBlock } from '../../src/model/telemetry-block.ts';

export const SERVICES = ['gateway', 'orders', 'payments', 'users', 'search', 'cart', 'mail', '库存'];

/** A small random generator (mulberry32): numbers in [0, 1). */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

export const dayOf = (nanos: bigint): number => Number(nanos / 86_400_000_000_000n);

function pushResource(block: TelemetryBlock, service: number, host: number, day: number): bigint {
  const name = SERVICES[service]!;
  const fingerprint = BigInt.asIntN(64, fingerprintText(`${name}/${host}`));
  if (block.resources.isNew(fingerprint, day)) {
    const labels: [string, string][] = [
      ['service.name', name],
      ['host.name', `host-${host}`],
      ['telemetry.sdk.language', 'python'],
    ];
    block.resources.push(fingerprint, day, 0, name, labels);
  }
  return fingerprint;
}

const bytes16 = new Uint8Array(16);
function randomId(random: () => number): Uint8Array {
  for (let i = 0; i < 16; i++) bytes16[i] = random() * 256;
  return bytes16;
}

export interface MakeOptions {
  readonly rows: number;
  /** Time of the first row, ns. */
  readonly from: bigint;
  /** Time that the rows cover, ns. */
  readonly span: number;
  readonly seed: number;
  /** Sequence of the first row. */
  readonly sequence?: bigint;
  /** Whether the row in the middle carries the needle; it does unless this is false. */
  readonly needle?: boolean;
  /** Adds to the attributes of a log row; returns what of them is no scalar, as JSON. */
  readonly attributes?: (attributes: TelemetryBlock['logs']['attributes'], row: number) => string;
}

function bodyOf(kind: number, random: () => number): string {
  const user = Math.floor(random() * 50_000);
  const order = Math.floor(random() * 1e7);
  if (kind < 0.5) return `GET /api/v1/orders/${order} 200 in ${(random() * 300).toFixed(1)} ms user=${user}`;
  if (kind < 0.75) return `cache miss for key cart:${user}, reading from 10.0.${user % 4}.${order % 250}:6379`;
  if (kind < 0.93) return `payment of ${order % 999}.${user % 100} CNY accepted for order ${order}`;
  if (kind < 0.98) return `slow query ${500 + (order % 4000)} ms: SELECT * FROM orders WHERE user_id = ${user}`;
  return `连接数据库超时 connection to db-${user % 4} timed out after 30 s (order ${order})`;
}

export const NEEDLE = 'needle-7f3a9c the one line that is looked for';

/** Appends log rows; row `rows / 2` of the block carries the needle. */
export function pushLogs(block: TelemetryBlock, options: MakeOptions): void {
  const { logs } = block;
  const random = makeRandom(options.seed);
  const step = options.span / options.rows;
  const first = options.sequence ?? 1n;
  for (let row = 0; row < options.rows; row++) {
    // Senders flush every few seconds: a row may come in up to 5 s late.
    const late = random() < 0.5 ? random() * 5e9 : random() * 5e7;
    const time = options.from + BigInt(Math.floor(row * step - late));
    const kind = random();
    const service = Math.floor(random() * SERVICES.length);
    const resource = pushResource(block, service, Math.floor(random() * 3), dayOf(time));
    logs.time.push(time);
    logs.observed.push(options.from + BigInt(Math.floor(row * step)));
    logs.originalTime.pushZero();
    logs.resource.push(resource);
    logs.service.push(SERVICES[service]!);
    logs.severity.push(kind < 0.93 ? 9 : kind < 0.98 ? 13 : 17);
    logs.severityText.push(kind < 0.93 ? 'INFO' : kind < 0.98 ? 'WARNING' : 'ERROR');
    logs.logger.push('shop.orders');
    logs.event.push('');
    logs.body.push(options.needle !== false && row === options.rows >> 1 ? NEEDLE : bodyOf(kind, random));
    const id = randomId(random);
    logs.traceId.pushBytes(id, 0);
    logs.spanId.pushBytes(id, 0);
    logs.flags.push(1);
    const { attributes } = logs;
    attributes.strings.keys.push('http.route');
    attributes.strings.values.push('/api/v1/orders/{id}');
    attributes.strings.keys.push('request_id');
    attributes.strings.values.push(`r-${Math.floor(random() * 1e9).toString(36)}`);
    attributes.ints.keys.push('user_id');
    attributes.ints.values.pushNumber(Math.floor(random() * 50_000));
    attributes.floats.keys.push('elapsed_ms');
    attributes.floats.values.push(Math.floor(random() * 3000) / 10);
    attributes.closeRow(options.attributes?.(attributes, row));
    logs.exceptionType.push(kind >= 0.98 ? 'OperationalError' : '');
    logs.exceptionMessage.push('');
    logs.exceptionStack.push('');
    logs.exceptionGroup.pushZero();
    logs.stream.pushZero();
    logs.docId.pushEmpty();
    logs.raw.pushEmpty();
    logs.weight.push(1);
    logs.retention.push(0);
    logs.ingester.push(1);
    logs.sequence.push(first + BigInt(row));
    logs.closeRow();
  }
}

/** Appends spans, ten a trace. */
export function pushSpans(block: TelemetryBlock, options: MakeOptions): void {
  const { spans } = block;
  const random = makeRandom(options.seed);
  const step = options.span / options.rows;
  const first = options.sequence ?? 1n;
  const trace = new Uint8Array(16);
  const root = new Uint8Array(8);
  for (let row = 0; row < options.rows; row++) {
    const place = row % 10;
    if (place === 0) trace.set(randomId(random));
    const time = options.from + BigInt(Math.floor(row * step + place * 1e6));
    const service = Math.floor(random() * SERVICES.length);
    const failed = random() < 0.02;
    spans.time.push(time);
    spans.duration.pushNumber(Math.floor(1e6 + random() * 3e8));
    spans.originalTime.pushZero();
    spans.resource.push(pushResource(block, service, 0, dayOf(time)));
    spans.service.push(SERVICES[service]!);
    spans.name.push(`GET /api/${SERVICES[service]!}/{id}`);
    spans.kind.push(2);
    spans.status.push(failed ? 2 : 0);
    spans.statusMessage.push(failed ? 'timed out' : '');
    spans.traceId.pushBytes(trace, 0);
    const id = randomId(random).subarray(0, 8);
    if (place === 0) root.set(id);
    spans.spanId.pushBytes(id, 0);
    if (place === 0) spans.parentId.pushZero();
    else spans.parentId.pushBytes(root, 0);
    spans.traceState.pushEmpty();
    spans.scope.push('opentelemetry.instrumentation.flask');
    const { attributes } = spans;
    attributes.strings.keys.push('http.request.method');
    attributes.strings.values.push('GET');
    attributes.strings.keys.push('url.path');
    attributes.strings.values.push(`/api/${SERVICES[service]!}/${Math.floor(random() * 1e6)}`);
    attributes.ints.keys.push('http.response.status_code');
    attributes.ints.values.pushNumber(failed ? 504 : 200);
    attributes.bools.keys.push('cached');
    attributes.bools.values.push(random() < 0.5 ? 1 : 0);
    attributes.closeRow();
    spans.events.pushEmpty();
    spans.links.pushEmpty();
    spans.exceptionType.push('');
    spans.exceptionMessage.pushEmpty();
    spans.exceptionStack.pushEmpty();
    spans.exceptionGroup.pushZero();
    spans.weight.push(1);
    spans.retention.push(0);
    spans.ingester.push(1);
    spans.sequence.push(first + BigInt(row));
    spans.closeRow();
  }
}

/** Appends `points` samples of each of `series` series, 15 s apart, series by series as a scrape sends them. */
export function pushSamples(
  block: TelemetryBlock,
  options: { series: number; points: number; fromMillis: number; seed: number },
): void {
  const random = makeRandom(options.seed);
  const { samples, series } = block;
  const metrics = ['http_requests_total', 'http_request_duration_seconds_sum', 'process_resident_memory_bytes'];
  const ids = Array.from({ length: options.series }, (_, i) => {
    const metric = metrics[i % metrics.length]!;
    return { metric, id: BigInt.asIntN(64, fingerprintText(`${metric}/${i}`)), value: Math.floor(random() * 1000) };
  });
  for (let point = 0; point < options.points; point++) {
    const time = options.fromMillis + point * 15_000;
    const day = Math.floor(time / 86_400_000);
    ids.forEach((one, i) => {
      if (point === 0 || time % 86_400_000 < 15_000) {
        series.metric.push(one.metric);
        series.series.push(one.id);
        series.day.pushBytes(Uint8Array.of(day & 0xff, day >> 8), 0);
        const labels = {
          instance: `host-${i % 20}:8000`,
          job: 'shop',
          method: i % 2 === 0 ? 'GET' : 'POST',
          n: `${i}`,
        };
        for (const [name, value] of Object.entries(labels)) {
          series.labels.keys.push(name);
          series.labels.values.push(value);
        }
        series.labels.closeRow();
        series.resource.pushZero();
        series.retention.push(0);
        series.closeRow();
      }
      if (random() < 0.3) one.value += i % 3 === 1 ? random() : Math.floor(random() * 20);
      samples.push(samples.metric.indexOf(one.metric), one.id, time, one.value);
    });
  }
}

export function makeLogBlock(options: MakeOptions): TelemetryBlock {
  const block = new TelemetryBlock();
  pushLogs(block, options);
  return block;
}
