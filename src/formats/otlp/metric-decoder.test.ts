import { describe, expect, test } from 'vitest';
import { encodeExport } from '../../../test/support/otlp-encoder.ts';
import { readRows, type Row } from '../../../test/support/read-block.ts';
import { FLOAT_SCALE } from '../../model/metric-columns.ts';
import { fingerprintLabels, type LabelPair } from '../../model/series-identity.ts';
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import { decodeMetricsProtobuf } from './decode-export.ts';
import { formatBound, translateLabelName, translateMetricName, type NameKind } from './metric-names.ts';

const NOW = 1_790_000_000_000_000_000n;
const OLDEST = NOW - 10n ** 15n;
const context = { received: NOW, expiredBefore: { logs: OLDEST, spans: OLDEST, metrics: OLDEST } };
const text = (key: string, value: string): object => ({ key, value: { stringValue: value } });
const timeUnixNano = String(NOW);

function decode(
  metrics: object[],
  group: object = {},
): { block: TelemetryBlock; outcome: ReturnType<typeof decodeMetricsProtobuf> } {
  const block = new TelemetryBlock();
  const request = { resourceMetrics: [{ ...group, scopeMetrics: [{ metrics }] }] };
  return { block, outcome: decodeMetricsProtobuf(encodeExport('metrics', request), context, block) };
}

/** `name{label=value,…}` → value of every sample. */
function samplesOf(block: TelemetryBlock): Record<string, number> {
  const labels = new Map(readRows(block.series).map((row) => [row['series'], row['labels'] as Row]));
  return Object.fromEntries(
    readRows(block.samples).map((row) => {
      const pairs = Object.entries(labels.get(row['series'])!).map(([name, value]) => `${name}=${String(value)}`);
      const value =
        row['scale'] === FLOAT_SCALE
          ? (row['float'] as number)
          : Number(row['mantissa']) / 10 ** (row['scale'] as number);
      return [`${String(row['metric'])}{${pairs.join(',')}}`, value];
    }),
  );
}

describe('names', () => {
  test.each<[string, string, NameKind, string]>([
    ['http.server.request.duration', 's', 'other', 'http_server_request_duration_seconds'],
    ['system.network.io', 'By', 'counter', 'system_network_io_bytes_total'],
    ['requests.total', '{request}', 'counter', 'requests_total'],
    ['process.cpu.utilization', '1', 'gauge', 'process_cpu_utilization_ratio'],
    ['queue.size', '1', 'other', 'queue_size'],
    ['disk.speed', 'MiBy/s', 'gauge', 'disk_speed_mebibytes_per_second'],
    ['fan', '{revolution}/m', 'gauge', 'fan_per_minute'],
    ['uptime_seconds', 's', 'gauge', 'uptime_seconds'],
    ['a..b__c-d', '', 'other', 'a_b_c_d'],
    ['2xx', '', 'other', '_2xx'],
    ['memory', '%', 'gauge', 'memory_percent'],
    ['odd', 'foo bar', 'other', 'odd_foo_bar'],
    ['订单', '', 'other', '订单'],
    ['constructor', 'constructor', 'other', 'constructor'],
  ])('%s in %j as %s is %s', (name, unit, kind, expected) => {
    expect(translateMetricName(name, unit, kind)).toBe(expected);
  });

  test.each([
    ['http.method', 'http_method'],
    ['a..b', 'a__b'],
    ['1st', 'key_1st'],
    ['_private', 'key_private'],
    ['__meta', '__meta'],
    ['用户', '用户'],
    ['用户id', '__id'],
  ])('the attribute %s is the label %s', (name, expected) => {
    expect(translateLabelName(name)).toBe(expected);
  });

  test.each([
    [0.005, '0.005'],
    [1, '1'],
    [1e21, '1000000000000000000000'],
    [1.5e-7, '0.00000015'],
    [-2.5e22, '-25000000000000000000000'],
    [Infinity, '+Inf'],
  ])('the bound %d is written %s', (value, expected) => {
    expect(formatBound(value)).toBe(expected);
  });
});

test('labels are those of Prometheus: job, instance, scope, attributes; the identity is their fingerprint', () => {
  const resource = {
    attributes: [
      text('service.name', 'pay'),
      text('service.namespace', 'shop'),
      text('service.instance.id', 'i1'),
      text('host.name', 'h'),
    ],
  };
  const point = {
    timeUnixNano,
    asInt: 5,
    attributes: [text('a.b', '2'), text('a_b', '3'), text('a-b', '1'), text('empty', '')],
  };
  const { block } = decode([{ name: 'x', gauge: { dataPoints: [point] } }], { resource });
  expect(samplesOf(block)).toEqual({
    'x{a_b=1;2;3,instance=i1,job=shop/pay}': 5,
    'target_info{host_name=h,instance=i1,job=shop/pay}': 1,
  });
  const canonical: LabelPair[] = [
    ['__name__', 'x'],
    ['a_b', '1;2;3'],
    ['instance', 'i1'],
    ['job', 'shop/pay'],
  ];
  expect(readRows(block.series)[0]).toMatchObject({
    series: BigInt.asIntN(64, fingerprintLabels(canonical)),
    resource: readRows(block.resources)[0]!['fingerprint'],
  });
});

test('every kind of sum has its type; delta ones have a name of their own', () => {
  const sum = (name: string, aggregationTemporality: number, isMonotonic: boolean): object => ({
    name,
    sum: { aggregationTemporality, isMonotonic, dataPoints: [{ timeUnixNano, asDouble: 1.5 }] },
  });
  const { block } = decode([sum('a', 2, true), sum('b', 2, false), sum('c', 1, true), sum('d', 0, true)]);
  expect(samplesOf(block)).toEqual({ 'a_total{}': 1.5, 'b{}': 1.5, 'c_delta{}': 1.5, 'd{}': 1.5 });
  expect(readRows(block.metadata).map(({ metric, type }) => [metric, type])).toEqual([
    ['a_total', 'counter'],
    ['b', 'gauge'],
    ['c_delta', 'gauge'],
    ['d', 'unknown'],
  ]);
});

test('a summary is a series a quantile; a histogram is cumulative, with or without a sum', () => {
  const summary = {
    timeUnixNano,
    count: 4,
    sum: 10,
    quantileValues: [
      { quantile: 0.5, value: 2 },
      { quantile: 0.99, value: 5 },
    ],
  };
  const histogram = { timeUnixNano, count: 6, bucketCounts: [1, 2, 3], explicitBounds: [0.1, 1] };
  const { block } = decode([
    { name: 's', summary: { dataPoints: [summary] } },
    { name: 'h', histogram: { aggregationTemporality: 2, dataPoints: [histogram] } },
  ]);
  expect(samplesOf(block)).toEqual({
    's{quantile=0.5}': 2,
    's{quantile=0.99}': 5,
    's_count{}': 4,
    's_sum{}': 10,
    'h_bucket{le=0.1}': 1,
    'h_bucket{le=1}': 3,
    'h_bucket{le=+Inf}': 6,
    'h_count{}': 6,
  });
});

test('no recorded value is the stale marker, bit for bit; other NaNs keep their bits', () => {
  const { block } = decode([
    {
      name: 'x',
      gauge: {
        dataPoints: [
          { timeUnixNano, flags: 1 },
          { timeUnixNano, asDouble: Number.NaN },
        ],
      },
    },
  ]);
  const bits = [0, 1].map((row) =>
    new DataView(Uint8Array.from(block.samples.float.at(row)).buffer).getBigUint64(0, true).toString(16),
  );
  expect(bits).toEqual(['7ff0000000000002', '7ff8000000000000']);
});

test('points of the future are refused, old ones expired, broken ones quarantined: never moved', () => {
  const at = (nanos: bigint, value: object = { asInt: 1 }): object => ({ timeUnixNano: String(nanos), ...value });
  const dataPoints = [at(NOW), at(NOW + 10n ** 12n), at(OLDEST - 1n), at(NOW, {})];
  const broken = { ...at(NOW), bucketCounts: [1, 2], explicitBounds: [1, 2, 3] };
  const { block, outcome } = decode([
    { name: 'x', gauge: { dataPoints } },
    { name: 'h', histogram: { dataPoints: [broken] } },
    { name: '', gauge: { dataPoints: [at(NOW)] } },
  ]);
  expect(samplesOf(block)).toEqual({ 'x{}': 1 });
  expect(outcome.counts).toMatchObject({ received: 6, stored: 1, refused: 1, expired: 1, quarantined: 3, clamped: 0 });
  expect(outcome.message).toContain('4 of 6 data points could not be stored');
});

test("an exemplar without a time has its point's, one from another time than is kept is left out", () => {
  const times = [undefined, NOW - 10n ** 9n, NOW + 10n ** 12n, OLDEST - 1n];
  const exemplars = times.map((time, at) => ({ asInt: at, ...(time !== undefined && { timeUnixNano: String(time) }) }));
  const { block, outcome } = decode([{ name: 'x', gauge: { dataPoints: [{ exemplars, timeUnixNano, asInt: 1 }] } }]);
  const millis = Number(NOW / 10n ** 6n);
  expect(readRows(block.exemplars).map(({ time, value }) => [Number(time), value])).toEqual([
    [millis, 0],
    [millis - 1000, 1],
  ]);
  expect(outcome.counts).toMatchObject({ received: 1, stored: 1 });
});

test('a series is written once a block, and again when the block was cut back', () => {
  const body = encodeExport('metrics', {
    resourceMetrics: [
      { scopeMetrics: [{ metrics: [{ name: 'x', gauge: { dataPoints: [{ timeUnixNano, asInt: 1 }] } }] }] },
    ],
  });
  const block = new TelemetryBlock();
  for (let i = 0; i < 3; i++) decodeMetricsProtobuf(body, context, block);
  expect([block.series.rows, block.samples.rows]).toEqual([1, 3]);
  block.series.truncate(0);
  decodeMetricsProtobuf(body, context, block);
  expect(block.series.rows).toBe(1);
});
