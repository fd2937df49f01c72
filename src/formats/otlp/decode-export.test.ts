import { expect, test } from 'vitest';
import { encodeExport } from '../../../test/support/otlp-encoder.ts';
import { readRows } from '../../../test/support/read-block.ts';
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import { decodeLogsProtobuf, decodeTracesProtobuf } from './decode-export.ts';

const NOW = 1_790_000_000_000_000_000n;
const TRACE = '0102030405060708090a0b0c0d0e0f10';
const context = { received: NOW, expiredBefore: { logs: NOW - 10n ** 15n, spans: NOW - 10n ** 15n, metrics: 0n } };
const text = (key: string, value: string): object => ({ key, value: { stringValue: value } });
const whole = (key: string, value: string | number): object => ({ key, value: { intValue: value } });

function decodeLogs(
  records: object[],
  resource: object[] = [],
): TelemetryBlock & { outcome: ReturnType<typeof decodeLogsProtobuf> } {
  const block = new TelemetryBlock();
  const request = {
    resourceLogs: [
      { resource: { attributes: resource }, scopeLogs: [{ scope: { name: 'shop.orders' }, logRecords: records }] },
    ],
  };
  const outcome = decodeLogsProtobuf(encodeExport('logs', request), context, block);
  return Object.assign(block, { outcome });
}

test('a log record lands in its columns, every value', () => {
  const block = decodeLogs(
    [
      {
        timeUnixNano: String(NOW),
        observedTimeUnixNano: String(NOW + 5n),
        severityNumber: 17,
        severityText: 'ERROR',
        body: { stringValue: '连接数据库超时 😀' },
        attributes: [
          text('user', '王'),
          whole('big', '-9223372036854775808'),
          { key: 'ratio', value: { doubleValue: 0.25 } },
          { key: 'ok', value: { boolValue: true } },
          { key: 'list', value: { arrayValue: { values: [{ intValue: 1 }, { stringValue: 'a"\n' }, {}] } } },
          { key: 'none', value: {} },
          { key: 'bytes', value: { bytesValue: 'AQID' } },
          text('code.function', 'pay'),
          text('exception.type', 'shop.PaymentError'),
          text('exception.message', 'declined'),
          text('exception.stacktrace', 'Traceback …'),
        ],
        flags: 1,
        droppedAttributesCount: 3,
        traceId: TRACE,
        spanId: '1112131415161718',
        eventName: 'payment.failed',
      },
    ],
    [text('service.name', 'orders'), whole('process.pid', 42), text('deployment.environment', 'prod')],
  );
  const [row] = readRows(block.logs);
  const [resource] = readRows(block.resources);
  expect(row).toMatchObject({
    time: NOW,
    observed: NOW + 5n,
    originalTime: 0n,
    service: 'orders',
    severity: 17,
    severityText: 'ERROR',
    logger: 'shop.orders',
    event: 'payment.failed',
    body: '连接数据库超时 😀',
    traceId: TRACE,
    spanId: '1112131415161718',
    flags: 1,
    exceptionType: 'shop.PaymentError',
    exceptionMessage: 'declined',
    exceptionStack: 'Traceback …',
    weight: 1,
    raw: '',
  });
  expect(row!['attributes']).toEqual({
    user: '王',
    big: -(2n ** 63n),
    ratio: 0.25,
    ok: true,
    'code.function.name': 'pay',
    'otel.dropped_attributes_count': 3n,
    json: { list: [1, 'a"\n', null], none: null, bytes: 'AQID' },
  });
  expect(row!['exceptionGroup']).not.toBe(0n);
  expect(resource).toMatchObject({
    fingerprint: row!['resource'],
    service: 'orders',
    labels: { 'deployment.environment.name': 'prod', 'process.pid': '42', 'service.name': 'orders' },
    json: '{"process.pid":42}',
  });
});

test('a span lands in its columns, with events, links and its exception', () => {
  const block = new TelemetryBlock();
  const span = {
    traceId: TRACE,
    spanId: '1112131415161718',
    parentSpanId: '2112131415161718',
    traceState: 'a=b',
    flags: 0x301,
    name: 'GET /订单',
    kind: 2,
    startTimeUnixNano: String(NOW),
    endTimeUnixNano: String(NOW + 2n ** 33n),
    attributes: [text('http.method', 'GET'), whole('net.peer.port', 5000), text('http.target', '/a?b=c?d')],
    events: [
      {
        timeUnixNano: String(NOW + 1n),
        name: 'exception',
        attributes: [text('exception.type', 'E'), text('exception.message', 'm'), text('exception.stacktrace', 's')],
      },
    ],
    links: [{ traceId: TRACE, spanId: '3112131415161718', traceState: 'x=y', attributes: [whole('n', 1)] }],
    status: { code: 2, message: 'boom' },
  };
  const request = { resourceSpans: [{ scopeSpans: [{ scope: { name: 'flask', version: '0.66b1' }, spans: [span] }] }] };
  const outcome = decodeTracesProtobuf(encodeExport('traces', request), context, block);
  expect(outcome.counts).toMatchObject({ received: 1, stored: 1 });
  const [row] = readRows(block.spans);
  expect(row).toMatchObject({
    time: NOW,
    duration: 2n ** 33n,
    name: 'GET /订单',
    kind: 2,
    status: 2,
    statusMessage: 'boom',
    traceId: TRACE,
    parentId: '2112131415161718',
    traceState: 'a=b',
    scope: 'flask',
    exceptionType: 'E',
    exceptionMessage: 'm',
    exceptionStack: 's',
    weight: 1,
    attributes: {
      'http.request.method': 'GET',
      'client.port': 5000n,
      'url.path': '/a',
      'url.query': 'b=c?d',
      'otel.scope.version': '0.66b1',
      'otel.parent.is_remote': true,
    },
  });
  expect(JSON.parse(row!['events'] as string)).toEqual([
    {
      time: String(NOW + 1n),
      name: 'exception',
      attributes: { 'exception.type': 'E', 'exception.message': 'm', 'exception.stacktrace': 's' },
    },
  ]);
  expect(JSON.parse(row!['links'] as string)).toEqual([
    { traceId: TRACE, spanId: '3112131415161718', traceState: 'x=y', attributes: { n: 1 } },
  ]);
});
