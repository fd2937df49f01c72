// The messages of the three export requests as OTLP/JSON names their fields, with the protobuf field numbers of
// opentelemetry/proto (1.x): what the transcoder needs to turn one encoding into the other.

/** How a value is written in JSON and in protobuf. */
export type ScalarKind =
  | 'string'
  /** Bytes as hex digits: ids. */
  | 'hex'
  | 'base64'
  /** Integers as varints: enums, counts, 64-bit integers. */
  | 'varint'
  | 'zigzag'
  | 'bool'
  | 'fixed32'
  | 'fixed64'
  | 'double';

/** One field: the bytes of its JSON name, its protobuf tag, and what stands in it. */
export interface JsonField {
  readonly name: Uint8Array;
  readonly tag: number;
  readonly kind: ScalarKind | JsonMessage;
  readonly isRepeated: boolean;
}

export class JsonMessage {
  fields: readonly JsonField[] = [];
}

const wireTypes: Readonly<Record<ScalarKind, number>> = {
  string: 2,
  hex: 2,
  base64: 2,
  varint: 0,
  zigzag: 0,
  bool: 0,
  fixed32: 5,
  fixed64: 1,
  double: 1,
};
const encoder = new TextEncoder();

type FieldSpec = readonly [number: number, kind: ScalarKind | JsonMessage, isRepeated?: 'repeated'];

function define(message: JsonMessage, specs: Readonly<Record<string, FieldSpec>>): JsonMessage {
  message.fields = Object.entries(specs).map(([name, [number, kind, isRepeated]]) => ({
    name: encoder.encode(name),
    tag: number * 8 + (kind instanceof JsonMessage ? 2 : wireTypes[kind]),
    kind,
    isRepeated: isRepeated === 'repeated',
  }));
  return message;
}

const message = (specs: Readonly<Record<string, FieldSpec>>): JsonMessage => define(new JsonMessage(), specs);

// These two stand in each other.
const anyValue = new JsonMessage();
const keyValue = message({ key: [1, 'string'], value: [2, anyValue] });
define(anyValue, {
  stringValue: [1, 'string'],
  intValue: [3, 'varint'],
  doubleValue: [4, 'double'],
  boolValue: [2, 'bool'],
  arrayValue: [5, message({ values: [1, anyValue, 'repeated'] })],
  kvlistValue: [6, message({ values: [1, keyValue, 'repeated'] })],
  bytesValue: [7, 'base64'],
});

const resource = message({ attributes: [1, keyValue, 'repeated'], droppedAttributesCount: [2, 'varint'] });
const scope = message({ name: [1, 'string'], version: [2, 'string'], attributes: [3, keyValue, 'repeated'] });

/** The two levels above the rows, which are alike in all requests. */
function request(groups: string, scopes: string, rows: string, row: JsonMessage): JsonMessage {
  const scopeGroup = message({ scope: [1, scope], [rows]: [2, row, 'repeated'], schemaUrl: [3, 'string'] });
  const group = message({ resource: [1, resource], [scopes]: [2, scopeGroup, 'repeated'], schemaUrl: [3, 'string'] });
  return message({ [groups]: [1, group, 'repeated'] });
}

const logRecord = message({
  timeUnixNano: [1, 'fixed64'],
  observedTimeUnixNano: [11, 'fixed64'],
  severityNumber: [2, 'varint'],
  severityText: [3, 'string'],
  body: [5, anyValue],
  attributes: [6, keyValue, 'repeated'],
  droppedAttributesCount: [7, 'varint'],
  flags: [8, 'fixed32'],
  traceId: [9, 'hex'],
  spanId: [10, 'hex'],
  eventName: [12, 'string'],
});

const event = message({
  timeUnixNano: [1, 'fixed64'],
  name: [2, 'string'],
  attributes: [3, keyValue, 'repeated'],
  droppedAttributesCount: [4, 'varint'],
});
const link = message({
  traceId: [1, 'hex'],
  spanId: [2, 'hex'],
  traceState: [3, 'string'],
  attributes: [4, keyValue, 'repeated'],
  droppedAttributesCount: [5, 'varint'],
  flags: [6, 'fixed32'],
});
const span = message({
  traceId: [1, 'hex'],
  spanId: [2, 'hex'],
  parentSpanId: [4, 'hex'],
  traceState: [3, 'string'],
  flags: [16, 'fixed32'],
  name: [5, 'string'],
  kind: [6, 'varint'],
  startTimeUnixNano: [7, 'fixed64'],
  endTimeUnixNano: [8, 'fixed64'],
  attributes: [9, keyValue, 'repeated'],
  droppedAttributesCount: [10, 'varint'],
  events: [11, event, 'repeated'],
  droppedEventsCount: [12, 'varint'],
  links: [13, link, 'repeated'],
  droppedLinksCount: [14, 'varint'],
  status: [15, message({ message: [2, 'string'], code: [3, 'varint'] })],
});

const exemplar = message({
  filteredAttributes: [7, keyValue, 'repeated'],
  timeUnixNano: [2, 'fixed64'],
  asDouble: [3, 'double'],
  asInt: [6, 'fixed64'],
  spanId: [4, 'hex'],
  traceId: [5, 'hex'],
});
const numberPoint = message({
  attributes: [7, keyValue, 'repeated'],
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  asDouble: [4, 'double'],
  asInt: [6, 'fixed64'],
  exemplars: [5, exemplar, 'repeated'],
  flags: [8, 'varint'],
});
const histogramPoint = message({
  attributes: [9, keyValue, 'repeated'],
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  bucketCounts: [6, 'fixed64', 'repeated'],
  explicitBounds: [7, 'double', 'repeated'],
  exemplars: [8, exemplar, 'repeated'],
  flags: [10, 'varint'],
  min: [11, 'double'],
  max: [12, 'double'],
});
const buckets = message({ offset: [1, 'zigzag'], bucketCounts: [2, 'varint', 'repeated'] });
const exponentialPoint = message({
  attributes: [1, keyValue, 'repeated'],
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  scale: [6, 'zigzag'],
  zeroCount: [7, 'fixed64'],
  positive: [8, buckets],
  negative: [9, buckets],
  flags: [10, 'varint'],
  exemplars: [11, exemplar, 'repeated'],
  min: [12, 'double'],
  max: [13, 'double'],
  zeroThreshold: [14, 'double'],
});
const summaryPoint = message({
  attributes: [7, keyValue, 'repeated'],
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  quantileValues: [6, message({ quantile: [1, 'double'], value: [2, 'double'] }), 'repeated'],
  flags: [8, 'varint'],
});
const metric = message({
  name: [1, 'string'],
  description: [2, 'string'],
  unit: [3, 'string'],
  gauge: [5, message({ dataPoints: [1, numberPoint, 'repeated'] })],
  sum: [
    7,
    message({
      dataPoints: [1, numberPoint, 'repeated'],
      aggregationTemporality: [2, 'varint'],
      isMonotonic: [3, 'bool'],
    }),
  ],
  histogram: [9, message({ dataPoints: [1, histogramPoint, 'repeated'], aggregationTemporality: [2, 'varint'] })],
  exponentialHistogram: [
    10,
    message({ dataPoints: [1, exponentialPoint, 'repeated'], aggregationTemporality: [2, 'varint'] }),
  ],
  summary: [11, message({ dataPoints: [1, summaryPoint, 'repeated'] })],
});

export const logsRequest = request('resourceLogs', 'scopeLogs', 'logRecords', logRecord);
export const tracesRequest = request('resourceSpans', 'scopeSpans', 'spans', span);
export const metricsRequest = request('resourceMetrics', 'scopeMetrics', 'metrics', metric);
