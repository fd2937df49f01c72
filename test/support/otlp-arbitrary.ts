// Random OTLP requests as objects, for property tests.
import fc from 'fast-check';

const HOUR = 3_600_000_000_000n;

/** Times around `now`: mostly fresh, some absent, in the future, long ago, or impossible. */
const time = (now: bigint): fc.Arbitrary<string | number> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.bigInt(now - HOUR, now).map(String) },
    { weight: 1, arbitrary: fc.constantFrom<string | number>('0', 1, String(now + HOUR), String(2n ** 64n - 1n)) },
  );

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('', '连接数据库超时', '\u0000\u001f"\\/', 'x'.repeat(200), '\uFEFFbom', '😀'),
);
const key = fc.oneof(
  fc.constantFrom(
    'http.method',
    'http.request.method',
    'http.target',
    'url.path',
    'net.peer.name',
    'exception.type',
    'exception.stacktrace',
    'code.lineno',
    'user_id',
    '用户',
    '',
  ),
  fc.string({ maxLength: 8 }),
);
const int = fc.oneof(fc.maxSafeInteger(), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String));
const double = fc
  .oneof(fc.double(), fc.constantFrom('NaN', 'Infinity', '-Infinity'))
  .map((value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value));

const { value } = fc.letrec<{ value: object; pair: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    text.map((stringValue) => ({ stringValue })),
    int.map((intValue) => ({ intValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    double.map((doubleValue) => ({ doubleValue })),
    fc.constant({}),
    fc.uint8Array({ maxLength: 9 }).map((bytes) => ({ bytesValue: Buffer.from(bytes).toString('base64') })),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => ({ arrayValue: { values } })),
    fc.array(tie('pair'), { maxLength: 3 }).map((values) => ({ kvlistValue: { values } })),
  ),
  pair: fc.record({ key, value: tie('value') }),
}));
const attributes = fc.array(fc.record({ key, value }), { maxLength: 6 });
const hex = (size: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      { weight: 8, arbitrary: fc.uint8Array({ minLength: size, maxLength: size }) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }) },
      { weight: 1, arbitrary: fc.constant(new Uint8Array(size)) },
    )
    .map((bytes) => Buffer.from(bytes).toString('hex'));

const optional = <T extends Record<string, fc.Arbitrary<unknown>>>(fields: T): fc.Arbitrary<object> =>
  fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<object>;

const resource = optional({
  attributes: fc.array(
    fc.record({ key: fc.constantFrom('service.name', 'service.instance.id', 'deployment.environment', 'pid'), value }),
    { maxLength: 4 },
  ),
});
const scope = optional({ name: text, version: text, attributes });

const logRecord = (now: bigint): fc.Arbitrary<object> =>
  optional({
    timeUnixNano: time(now),
    observedTimeUnixNano: time(now),
    severityNumber: fc.integer({ min: 0, max: 30 }),
    severityText: text,
    body: value,
    attributes,
    droppedAttributesCount: fc.nat(3),
    flags: fc.nat(),
    traceId: hex(16),
    spanId: hex(8),
    eventName: text,
  });

const event = (now: bigint): fc.Arbitrary<object> =>
  optional({
    timeUnixNano: time(now),
    name: fc.oneof(text, fc.constant('exception')),
    attributes,
    droppedAttributesCount: fc.nat(2),
  });
const link = optional({ traceId: hex(16), spanId: hex(8), traceState: text, attributes });
const span = (now: bigint): fc.Arbitrary<object> =>
  fc
    .tuple(
      fc.record({ traceId: hex(16), spanId: hex(8) }),
      optional({
        parentSpanId: hex(8),
        traceState: text,
        flags: fc.nat(0x400),
        name: text,
        kind: fc.nat(6),
        startTimeUnixNano: time(now),
        endTimeUnixNano: time(now),
        attributes,
        droppedAttributesCount: fc.nat(2),
        events: fc.array(event(now), { maxLength: 2 }),
        droppedEventsCount: fc.nat(2),
        links: fc.array(link, { maxLength: 2 }),
        droppedLinksCount: fc.nat(2),
        status: optional({ message: text, code: fc.nat(3) }),
      }),
    )
    .map(([ids, rest]) => ({ ...ids, ...rest }));

const exemplar = (now: bigint): fc.Arbitrary<object> =>
  optional({
    filteredAttributes: attributes,
    timeUnixNano: time(now),
    asDouble: double,
    spanId: hex(8),
    traceId: hex(16),
  });
const count = fc.oneof(fc.nat(1000), fc.bigInt(0n, 2n ** 64n - 1n).map(String));
const point = (now: bigint, fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> =>
  optional({ attributes, startTimeUnixNano: time(now), timeUnixNano: time(now), flags: fc.nat(1), ...fields });
const metric = (now: bigint): fc.Arbitrary<object> => {
  const points = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> =>
    optional({
      dataPoints: fc.array(point(now, fields), { maxLength: 3 }),
      aggregationTemporality: fc.nat(2),
    });
  const exemplars = fc.array(exemplar(now), { maxLength: 2 });
  const number = fc.oneof(
    int.map((asInt) => ({ asInt })),
    double.map((asDouble) => ({ asDouble })),
  );
  const numberPoints = fc.array(
    fc.tuple(point(now, { exemplars }), number).map(([common, own]) => ({ ...common, ...own })),
    { maxLength: 3 },
  );
  const buckets = optional({
    offset: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    bucketCounts: fc.array(count, { maxLength: 4 }),
  });
  const histogram = fc
    .tuple(
      point(now, { count, sum: double, exemplars }),
      fc.uniqueArray(fc.double({ noNaN: true }), { maxLength: 4 }),
      fc.array(count, { maxLength: 5 }),
    )
    .map(([common, bounds, bucketCounts]) => ({
      ...common,
      explicitBounds: bounds.toSorted((a, b) => a - b).map((bound) => (Number.isFinite(bound) ? bound : String(bound))),
      bucketCounts,
    }));
  const exponential = {
    count,
    sum: double,
    scale: fc.integer({ min: -10, max: 20 }),
    zeroCount: count,
    positive: buckets,
    negative: buckets,
    exemplars,
    min: double,
    max: double,
    zeroThreshold: double,
  };
  const summary = {
    count,
    sum: double,
    quantileValues: fc.array(optional({ quantile: double, value: double }), { maxLength: 3 }),
  };
  const data = fc.oneof(
    numberPoints.map((dataPoints) => ({ gauge: { dataPoints } })),
    fc
      .record({ dataPoints: numberPoints, aggregationTemporality: fc.nat(2), isMonotonic: fc.boolean() })
      .map((sum) => ({ sum })),
    fc
      .record({ dataPoints: fc.array(histogram, { maxLength: 3 }), aggregationTemporality: fc.nat(2) })
      .map((one) => ({ histogram: one })),
    points(exponential).map((exponentialHistogram) => ({ exponentialHistogram })),
    points(summary).map((one) => ({ summary: one })),
  );
  const about = optional({
    name: fc.oneof(fc.constantFrom('http.server.duration', 'orders', '订单'), text),
    description: text,
    unit: fc.constantFrom('', 's', 'By/s', '1', '{item}', '%'),
  });
  return fc.tuple(about, data).map(([name, kind]) => ({ ...name, ...kind }));
};

/** Requests of one signal around the time `now`. */
export function arbitraryRequest(signal: 'logs' | 'traces' | 'metrics', now: bigint): fc.Arbitrary<object> {
  const [groups, scopes, rows, row] = {
    logs: ['resourceLogs', 'scopeLogs', 'logRecords', logRecord],
    traces: ['resourceSpans', 'scopeSpans', 'spans', span],
    metrics: ['resourceMetrics', 'scopeMetrics', 'metrics', metric],
  }[signal] as [string, string, string, (now: bigint) => fc.Arbitrary<object>];
  const scopeGroup = optional({ [rows]: fc.array(row(now), { maxLength: 4 }), scope, schemaUrl: text });
  const group = optional({ [scopes]: fc.array(scopeGroup, { maxLength: 2 }), resource, schemaUrl: text });
  return optional({ [groups]: fc.array(group, { maxLength: 2 }) });
}
