// What the real OpenTelemetry SDK for Python sends, over both transports, arrives whole: every value is compared with what the SDK
// says that it sent.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { MemoryIntake } from '../../../test/support/memory-intake.ts';
import { need } from '../../../test/support/need.ts';
import { readRows, type Row } from '../../../test/support/read-block.ts';
import { FLOAT_SCALE } from '../../model/metric-columns.ts';
import { otlpFrameKinds } from './frame-kinds.ts';
import { openOtlpGrpcListener } from './grpc-listener.ts';
import { openOtlpHttpListener } from './http-listener.ts';

const PROGRAM = join(import.meta.dirname, '../../../test/python/otel_emit.py');

interface SentLog {
  readonly time: string;
  readonly observed: string;
  readonly severity: number;
  readonly severity_text: string;
  readonly body: unknown;
  readonly attributes: Record<string, unknown>;
  readonly logger: string;
  readonly trace_id: string;
  readonly span_id: string;
}
interface SentSpan {
  readonly name: string;
  readonly kind: number;
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_id: string;
  readonly start: string;
  readonly end: string;
  readonly status: number;
  readonly status_message: string;
  readonly attributes: Record<string, unknown>;
  readonly events: readonly { readonly name: string; readonly attributes: Record<string, string> }[];
  readonly links: readonly object[];
}
interface SentPoint {
  readonly attributes: Record<string, unknown>;
  readonly time_unix_nano: string;
  readonly value?: number;
  readonly count?: number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly bucket_counts?: readonly number[];
  readonly explicit_bounds?: readonly number[];
  readonly scale?: number;
  readonly positive?: { readonly offset: number; readonly bucket_counts: readonly number[] };
  readonly exemplars: readonly { readonly value: number }[];
}
interface SentMetric {
  readonly name: string;
  readonly data: { readonly data_points: readonly SentPoint[]; readonly aggregation_temporality?: number };
}
interface Sent {
  readonly logs: readonly SentLog[];
  readonly spans: readonly SentSpan[];
  readonly metrics: readonly {
    readonly resource_metrics: readonly {
      readonly scope_metrics: readonly { readonly metrics: readonly SentMetric[] }[];
    }[];
  }[];
}

async function run(python: string, protocol: 'grpc' | 'http'): Promise<{ sent: Sent; intake: MemoryIntake }> {
  const intake = new MemoryIntake(otlpFrameKinds);
  const open = protocol === 'grpc' ? openOtlpGrpcListener : openOtlpHttpListener;
  const listener = await open({ host: '127.0.0.1', port: 0, intake });
  const endpoint = `http://127.0.0.1:${listener.address.port}`;
  try {
    const { stdout } = await promisify(execFile)(python, [PROGRAM, protocol, endpoint], {
      maxBuffer: 1 << 26,
      timeout: 240_000,
    });
    return { sent: JSON.parse(stdout) as Sent, intake };
  } finally {
    await listener.close(1);
  }
}

/** The attributes as they are stored: whole numbers as bigints, what is no scalar under `json`. */
function stored(attributes: Record<string, unknown>, floats: readonly string[] = []): Row {
  const row: Row = {};
  const json: Row = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'object') json[key] = value;
    else row[key] = typeof value === 'number' && !floats.includes(key) ? BigInt(value) : value;
  }
  return Object.keys(json).length === 0 ? row : { ...row, json };
}

function checkLogs(sent: readonly SentLog[], intake: MemoryIntake): void {
  const rows = readRows(intake.block.logs);
  expect(rows.length).toBe(sent.length);
  for (const log of sent) {
    const {
      'exception.type': type,
      'exception.message': message,
      'exception.stacktrace': stack,
      ...attributes
    } = log.attributes;
    const row = rows.find(({ observed }) => String(observed) === log.observed)!;
    const isText = typeof log.body === 'string';
    const fields = isText ? {} : stored(log.body as Record<string, unknown>);
    expect(row).toMatchObject({
      time: BigInt(log.time),
      severity: log.severity,
      severityText: log.severity_text,
      body: isText ? log.body : JSON.stringify(log.body),
      attributes: { ...stored(attributes), ...fields },
      service: '订单',
      logger: log.logger,
      traceId: log.trace_id,
      spanId: log.span_id,
      exceptionType: type ?? '',
      exceptionMessage: message ?? '',
      exceptionStack: stack ?? '',
    });
    expect(row['exceptionGroup'] !== 0n).toBe(type !== undefined);
  }
}

const renamed: Readonly<Record<string, string>> = {
  'http.method': 'http.request.method',
  'http.status_code': 'http.response.status_code',
  'db.system': 'db.system.name',
  'db.statement': 'db.query.text',
  'net.peer.name': 'server.address',
  'net.peer.port': 'client.port',
};

function checkSpans(sent: readonly SentSpan[], intake: MemoryIntake): void {
  const rows = readRows(intake.block.spans);
  expect(rows.length).toBe(sent.length);
  for (const span of sent) {
    const row = rows.find(({ spanId }) => spanId === span.span_id)!;
    const attributes: Record<string, unknown> = { 'otel.scope.version': '1.2.3', 'otel.scope.team': 'payments' };
    for (const [key, value] of Object.entries(span.attributes)) {
      if (key !== 'http.target') attributes[renamed[key] ?? key] = value;
      else [attributes['url.path'], attributes['url.query']] = String(value).split('?');
    }
    const exception = span.events.find(({ name }) => name === 'exception')?.attributes ?? {};
    expect(row).toMatchObject({
      time: BigInt(span.start),
      duration: BigInt(span.end) - BigInt(span.start),
      service: '订单',
      name: span.name,
      kind: span.kind,
      status: span.status,
      statusMessage: span.status_message,
      traceId: span.trace_id,
      parentId: span.parent_id,
      scope: 'shop.tracing',
      exceptionType: exception['exception.type'] ?? '',
      exceptionMessage: exception['exception.message'] ?? '',
      exceptionStack: exception['exception.stacktrace'] ?? '',
    });
    expect(row['attributes']).toEqual(stored(attributes, ['rate']));
    expect(row['events'] === '' ? [] : JSON.parse(row['events'] as string)).toEqual(span.events);
    expect(row['links'] === '' ? [] : JSON.parse(row['links'] as string)).toEqual(span.links);
  }
}

const families: Readonly<Record<string, readonly [cumulative: string, delta: string]>> = {
  'orders.created': ['orders_created_total', 'orders_created_delta'],
  'queue.size': ['queue_size', 'queue_size'],
  'http.server.request.duration': [
    'http_server_request_duration_seconds',
    'http_server_request_duration_seconds_delta',
  ],
  'size.exponential': ['size_exponential_bytes', 'size_exponential_bytes_delta'],
  'cpu.usage': ['cpu_usage_ratio', 'cpu_usage_ratio'],
  'gc.time': ['gc_time_milliseconds_total', 'gc_time_milliseconds_total'],
};

/** `name{labels}@millis` → value of every sample that a point must become. */
function expectedSamples(name: string, point: SentPoint): Map<string, number> {
  const own = Object.fromEntries(
    Object.entries(point.attributes).map(([key, value]) => [key.replaceAll('.', '_'), String(value)]),
  );
  const base = {
    instance: 'orders-1',
    job: 'shop/订单',
    otel_scope_name: 'shop.metrics',
    otel_scope_team: 'payments',
    otel_scope_version: '4.5.6',
    ...own,
  };
  const millis = BigInt(point.time_unix_nano) / 1_000_000n;
  const samples = new Map<string, number>();
  const add = (metric: string, value: number, more: Row = {}): void => {
    samples.set(keyOf(metric, { ...base, ...more }, millis), value);
  };
  if (point.value !== undefined) add(name, point.value);
  else {
    add(`${name}_count`, point.count!);
    add(`${name}_sum`, point.sum!);
    let total = 0;
    point.explicit_bounds?.forEach((bound, i) =>
      add(`${name}_bucket`, (total += point.bucket_counts![i]!), { le: String(bound) }),
    );
    if (point.explicit_bounds !== undefined) add(`${name}_bucket`, point.count!, { le: '+Inf' });
  }
  return samples;
}

function keyOf(metric: string, labels: Row, millis: bigint): string {
  return `${metric}${JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))}@${millis}`;
}

function checkMetrics(sent: Sent['metrics'], intake: MemoryIntake): void {
  const { block } = intake;
  const series = new Map(readRows(block.series).map((row) => [row['series'], row['labels'] as Row]));
  const samples = new Map<string, number>();
  for (const row of readRows(block.samples)) {
    const isFloat = row['scale'] === FLOAT_SCALE;
    const value = isFloat ? (row['float'] as number) : Number(row['mantissa']) / 10 ** (row['scale'] as number);
    if (row['metric'] !== 'target_info')
      samples.set(keyOf(row['metric'] as string, series.get(row['series'])!, row['time'] as bigint), value);
  }
  const wanted = new Map<string, number>();
  const histograms: object[] = [];
  let exemplars = 0;
  for (const { resource_metrics: resources } of sent) {
    for (const metric of resources.flatMap(({ scope_metrics: scopes }) => scopes.flatMap(({ metrics }) => metrics))) {
      const name = families[metric.name]![metric.data.aggregation_temporality === 1 ? 1 : 0];
      for (const point of metric.data.data_points) {
        for (const [key, value] of expectedSamples(name, point)) wanted.set(key, value);
        exemplars += point.exemplars.length;
        if (point.scale !== undefined) {
          const { positive } = point;
          histograms.push({
            scale: point.scale,
            min: point.min,
            max: point.max,
            positive: { offset: positive!.offset, bucketCounts: positive!.bucket_counts.map(String) },
          });
        }
      }
    }
  }
  expect(samples).toEqual(wanted);
  expect(readRows(block.histograms).map((row) => JSON.parse(row['data'] as string) as object)).toMatchObject(
    histograms,
  );
  expect(block.exemplars.rows).toBe(exemplars);
  expect(exemplars).toBeGreaterThan(0);
  expect([...series.values()]).toContainEqual(
    expect.objectContaining({
      job: 'shop/订单',
      instance: 'orders-1',
      deployment_environment_name: 'prod',
      process_pid: '4242',
    }),
  );
}

test.for(['grpc', 'http'] as const)('the Python SDK over %s', async (protocol, context) => {
  const { sent, intake } = await run(need(context, 'otel'), protocol);
  expect(intake.refusals).toEqual([]);
  checkLogs(sent.logs, intake);
  checkSpans(sent.spans, intake);
  checkMetrics(sent.metrics, intake);
  expect(readRows(intake.block.resources)).toMatchObject([
    {
      service: '订单',
      labels: { 'service.name': '订单', 'deployment.environment.name': 'prod', 'process.pid': '4242' },
    },
  ]);
});
