// OTLP requests as plain objects (the names of OTLP/JSON) encoded as protobuf, for tests: independent of the code under test.
// Ids are hex, 64-bit integers strings or numbers, bytes base64.

type Kind =
  | 'string'
  | 'hex'
  | 'base64'
  | 'varint'
  | 'sint32'
  | 'bool'
  | 'fixed64'
  | 'sfixed64'
  | 'fixed32'
  | 'double'
  | 'packedFixed64'
  | 'packedDouble'
  | 'packedVarint'
  | Schema;
type Schema = Readonly<Record<string, readonly [number, Kind | (() => Schema)]>>;

const anyValue: Schema = {
  stringValue: [1, 'string'],
  boolValue: [2, 'bool'],
  intValue: [3, 'varint'],
  doubleValue: [4, 'double'],
  arrayValue: [5, () => ({ values: [1, () => anyValue] })],
  kvlistValue: [6, () => ({ values: [1, () => keyValue] })],
  bytesValue: [7, 'base64'],
};
const keyValue: Schema = { key: [1, 'string'], value: [2, anyValue] };
const resource: Schema = { attributes: [1, keyValue], droppedAttributesCount: [2, 'varint'] };
const scope: Schema = {
  name: [1, 'string'],
  version: [2, 'string'],
  attributes: [3, keyValue],
  droppedAttributesCount: [4, 'varint'],
};
const logRecord: Schema = {
  timeUnixNano: [1, 'fixed64'],
  observedTimeUnixNano: [11, 'fixed64'],
  severityNumber: [2, 'varint'],
  severityText: [3, 'string'],
  body: [5, anyValue],
  attributes: [6, keyValue],
  droppedAttributesCount: [7, 'varint'],
  flags: [8, 'fixed32'],
  traceId: [9, 'hex'],
  spanId: [10, 'hex'],
  eventName: [12, 'string'],
};
const span: Schema = {
  traceId: [1, 'hex'],
  spanId: [2, 'hex'],
  traceState: [3, 'string'],
  parentSpanId: [4, 'hex'],
  flags: [16, 'fixed32'],
  name: [5, 'string'],
  kind: [6, 'varint'],
  startTimeUnixNano: [7, 'fixed64'],
  endTimeUnixNano: [8, 'fixed64'],
  attributes: [9, keyValue],
  droppedAttributesCount: [10, 'varint'],
  events: [
    11,
    {
      timeUnixNano: [1, 'fixed64'],
      name: [2, 'string'],
      attributes: [3, keyValue],
      droppedAttributesCount: [4, 'varint'],
    },
  ],
  droppedEventsCount: [12, 'varint'],
  links: [
    13,
    {
      traceId: [1, 'hex'],
      spanId: [2, 'hex'],
      traceState: [3, 'string'],
      attributes: [4, keyValue],
      droppedAttributesCount: [5, 'varint'],
      flags: [6, 'fixed32'],
    },
  ],
  droppedLinksCount: [14, 'varint'],
  status: [15, { message: [2, 'string'], code: [3, 'varint'] }],
};
const exemplar: Schema = {
  filteredAttributes: [7, keyValue],
  timeUnixNano: [2, 'fixed64'],
  asDouble: [3, 'double'],
  asInt: [6, 'sfixed64'],
  spanId: [4, 'hex'],
  traceId: [5, 'hex'],
};
const numberPoint: Schema = {
  attributes: [7, keyValue],
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  asDouble: [4, 'double'],
  asInt: [6, 'sfixed64'],
  exemplars: [5, exemplar],
  flags: [8, 'varint'],
};
const histogramPoint: Schema = {
  attributes: [9, keyValue],
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  bucketCounts: [6, 'packedFixed64'],
  explicitBounds: [7, 'packedDouble'],
  exemplars: [8, exemplar],
  flags: [10, 'varint'],
  min: [11, 'double'],
  max: [12, 'double'],
};
const buckets: Schema = { offset: [1, 'sint32'], bucketCounts: [2, 'packedVarint'] };
const exponentialPoint: Schema = {
  attributes: [1, keyValue],
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  scale: [6, 'sint32'],
  zeroCount: [7, 'fixed64'],
  positive: [8, buckets],
  negative: [9, buckets],
  flags: [10, 'varint'],
  exemplars: [11, exemplar],
  min: [12, 'double'],
  max: [13, 'double'],
  zeroThreshold: [14, 'double'],
};
const summaryPoint: Schema = {
  attributes: [7, keyValue],
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  quantileValues: [6, { quantile: [1, 'double'], value: [2, 'double'] }],
  flags: [8, 'varint'],
};
const metric: Schema = {
  name: [1, 'string'],
  description: [2, 'string'],
  unit: [3, 'string'],
  gauge: [5, { dataPoints: [1, numberPoint] }],
  sum: [7, { dataPoints: [1, numberPoint], aggregationTemporality: [2, 'varint'], isMonotonic: [3, 'bool'] }],
  histogram: [9, { dataPoints: [1, histogramPoint], aggregationTemporality: [2, 'varint'] }],
  exponentialHistogram: [10, { dataPoints: [1, exponentialPoint], aggregationTemporality: [2, 'varint'] }],
  summary: [11, { dataPoints: [1, summaryPoint] }],
  metadata: [12, keyValue],
};

const requests = {
  logs: {
    resourceLogs: [
      1,
      {
        resource: [1, resource],
        scopeLogs: [2, { scope: [1, scope], logRecords: [2, logRecord], schemaUrl: [3, 'string'] }],
        schemaUrl: [3, 'string'],
      },
    ],
  },
  traces: {
    resourceSpans: [
      1,
      {
        resource: [1, resource],
        scopeSpans: [2, { scope: [1, scope], spans: [2, span], schemaUrl: [3, 'string'] }],
        schemaUrl: [3, 'string'],
      },
    ],
  },
  metrics: {
    resourceMetrics: [
      1,
      {
        resource: [1, resource],
        scopeMetrics: [2, { scope: [1, scope], metrics: [2, metric], schemaUrl: [3, 'string'] }],
        schemaUrl: [3, 'string'],
      },
    ],
  },
} as const satisfies Record<string, Schema>;

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}

function fixed64(value: unknown): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value as string | number)));
  return bytes;
}

function double(value: unknown): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(Number(value));
  return bytes;
}

function delimited(number: number, contents: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(varint(BigInt(number * 8 + 2))),
    Buffer.from(varint(BigInt(contents.length))),
    contents,
  ]);
}

function scalar(number: number, wireType: number, contents: Uint8Array | number[]): Buffer {
  return Buffer.concat([Buffer.from(varint(BigInt(number * 8 + wireType))), Buffer.from(contents)]);
}

function encodeField(number: number, kind: Kind, value: unknown): Buffer {
  if (typeof kind === 'object') return delimited(number, encodeMessage(kind, value as Record<string, unknown>));
  switch (kind) {
    case 'string':
      return delimited(number, Buffer.from(String(value)));
    case 'hex':
      return delimited(number, Buffer.from(String(value), 'hex'));
    case 'base64':
      return delimited(number, Buffer.from(String(value), 'base64'));
    case 'varint':
      return scalar(number, 0, varint(BigInt(value as string | number)));
    case 'sint32': {
      const signed = BigInt(value as number);
      return scalar(number, 0, varint(signed < 0n ? -signed * 2n - 1n : signed * 2n));
    }
    case 'bool':
      return scalar(number, 0, [value === true ? 1 : 0]);
    case 'fixed64':
    case 'sfixed64':
      return scalar(number, 1, fixed64(value));
    case 'double':
      return scalar(number, 1, double(value));
    case 'fixed32': {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(Number(value));
      return scalar(number, 5, bytes);
    }
    case 'packedFixed64':
      return delimited(number, Buffer.concat((value as unknown[]).map(fixed64)));
    case 'packedDouble':
      return delimited(number, Buffer.concat((value as unknown[]).map(double)));
    case 'packedVarint':
      return delimited(number, Buffer.from((value as (string | number)[]).flatMap((one) => varint(BigInt(one)))));
  }
}

function encodeMessage(schema: Schema, message: Record<string, unknown>): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(message)) {
    const field = schema[name];
    if (field === undefined || value === undefined || value === null) continue;
    const [number, kind] = field;
    const resolved = typeof kind === 'function' ? kind() : kind;
    const isPacked = typeof resolved === 'string' && resolved.startsWith('packed');
    for (const one of Array.isArray(value) && !isPacked ? value : [value])
      parts.push(encodeField(number, resolved, one));
  }
  return Buffer.concat(parts);
}

/** Encodes an export request, given as the object that OTLP/JSON would carry. Fields are written in the order of the object. */
export function encodeExport(signal: keyof typeof requests, request: object): Uint8Array {
  return Uint8Array.from(encodeMessage(requests[signal], request as Record<string, unknown>));
}
