// The two encodings of a request have one outcome, whatever is in it; the protobuf side is encoded by an encoder of the tests.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryRequest } from '../../../test/support/otlp-arbitrary.ts';
import { encodeExport } from '../../../test/support/otlp-encoder.ts';
import { readBlock } from '../../../test/support/read-block.ts';
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import {
  decodeLogsJson,
  decodeLogsProtobuf,
  decodeMetricsJson,
  decodeMetricsProtobuf,
  decodeTracesJson,
  decodeTracesProtobuf,
} from './decode-export.ts';

const NOW = 1_790_000_000_000_000_000n;
const before = NOW - 86_400_000_000_000n;
const context = { received: NOW, expiredBefore: { logs: before, spans: before, metrics: before } };

test.each([
  ['logs', decodeLogsProtobuf, decodeLogsJson],
  ['traces', decodeTracesProtobuf, decodeTracesJson],
  ['metrics', decodeMetricsProtobuf, decodeMetricsJson],
] as const)('%s: protobuf and JSON of one request give the same columns', (signal, decodeProtobuf, decodeJson) => {
  let stored = 0;
  fc.assert(
    fc.property(arbitraryRequest(signal, NOW), fc.boolean(), (request, pretty) => {
      const [one, two] = [new TelemetryBlock(), new TelemetryBlock()];
      const first = decodeProtobuf(encodeExport(signal, request), context, one);
      const second = decodeJson(Buffer.from(JSON.stringify(request, undefined, pretty ? 2 : 0)), context, two);
      expect(second.counts).toEqual(first.counts);
      expect(readBlock(two)).toEqual(readBlock(one));
      stored += first.counts.stored;
    }),
    { numRuns: 250 },
  );
  expect(stored).toBeGreaterThan(80);
});

const encode = (text: string): Uint8Array => Buffer.from(text);
const logWith = (fields: string): string =>
  `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"${NOW}",${fields}}]}]}]}`;

test('ids are hex of any case, integers strings or numbers of all 64 bits, unknown fields are ignored', () => {
  const block = new TelemetryBlock();
  const attributes =
    '[{"key":"a","value":{"intValue":9007199254740993}},{"key":"b","value":{"intValue":"-9223372036854775808"}}]';
  const odd =
    '"future":{"x":[1,{"y":"}"},null,true,-1.5e3]},"traceId":"0102030405060708090A0b0C0d0E0f10","severityNumber":"17"';
  decodeLogsJson(
    encode(
      logWith(
        `${odd},"body":{"stringValue":"\\u7528\\ud83d\\ude00\\ud800\\n"},"spanId":null,"attributes":${attributes}`,
      ),
    ),
    context,
    block,
  );
  expect(readBlock(block)['logs']).toMatchObject([
    {
      traceId: '0102030405060708090a0b0c0d0e0f10',
      severity: 17,
      body: '用😀\uFFFD\n',
      attributes: { a: 9007199254740993n, b: -(2n ** 63n) },
    },
  ]);
});

test('an id that is no hex does not lose its row', () => {
  const block = new TelemetryBlock();
  decodeLogsJson(encode(logWith('"traceId":"zzzzzzzzzzzzzzzz","body":{"stringValue":"kept"}')), context, block);
  const [row] = readBlock(block)['logs']!;
  expect(row).toMatchObject({ body: 'kept', traceId: '0'.repeat(32) });
  expect(Object.keys(row!['attributes'] as object)).toEqual(['holter.invalid_trace_id']);
});

test.each([
  ['nothing', ''],
  ['no object', '[]'],
  ['a cut-off object', '{"resourceLogs":[{'],
  ['something behind the object', '{} {}'],
  ['a string for a message', '{"resourceLogs":["x"]}'],
  ['text for a number', logWith('"severityNumber":"INFO"')],
  ['more than 64 bits', logWith('"observedTimeUnixNano":"18446744073709551616"')],
  ['a broken escape', logWith('"severityText":"\\x"')],
  ['deep nesting', `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
])('%s is refused as a whole', (_, json) => {
  const block = new TelemetryBlock();
  expect(() => decodeLogsJson(encode(json), context, block)).toThrowError(
    expect.objectContaining({ code: 'OTLP_JSON_BROKEN', status: 400 }),
  );
});

test('a value that is nested too deep costs its row, not the request', () => {
  const deep = `${'{"arrayValue":{"values":['.repeat(70)}{}${']}}'.repeat(70)}`;
  const block = new TelemetryBlock();
  const record = (body: string): string => `{"timeUnixNano":"${NOW}","body":${body}}`;
  const json = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${record('{"stringValue":"a"}')},${record(deep)},${record('{"stringValue":"b"}')}]}]}]}`;
  const outcome = decodeLogsJson(encode(json), context, block);
  expect(outcome.counts).toMatchObject({ received: 3, stored: 2, quarantined: 1 });
  expect(outcome.quarantine[0]!.reason).toContain('nested deeper than 64');
  expect(readBlock(block)['logs']!.map((row) => row['body'])).toEqual(['a', 'b']);
});
