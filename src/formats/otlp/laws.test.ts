// What becomes of rows that are late, early, broken or too many; protobuf requests made by the tests' own encoder.
import { describe, expect, test } from 'vitest';
import { encodeExport } from '../../../test/support/otlp-encoder.ts';
import { readRows, type Row } from '../../../test/support/read-block.ts';
import { renamedAttributes, storedAttributeNames } from '../../model/semantic-conventions.ts';
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import { decodeLogsProtobuf, decodeTracesProtobuf } from './decode-export.ts';

const NOW = 1_790_000_000_000_000_000n;
const MINUTE = 60_000_000_000n;
const OLDEST = NOW - 1000n * MINUTE;
const context = { received: NOW, expiredBefore: { logs: OLDEST, spans: OLDEST, metrics: OLDEST } };
const TRACE = '0102030405060708090a0b0c0d0e0f10';
const SPAN = '1112131415161718';
const text = (key: string, value: string): object => ({ key, value: { stringValue: value } });

function decodeLogs(...records: object[]): { rows: Row[]; outcome: ReturnType<typeof decodeLogsProtobuf> } {
  const block = new TelemetryBlock();
  const body = encodeExport('logs', { resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] });
  const outcome = decodeLogsProtobuf(body, context, block);
  return { rows: readRows(block.logs), outcome };
}

function decodeSpans(...spans: object[]): { rows: Row[]; outcome: ReturnType<typeof decodeTracesProtobuf> } {
  const block = new TelemetryBlock();
  const complete = spans.map((span) => ({ traceId: TRACE, spanId: SPAN, startTimeUnixNano: String(NOW), ...span }));
  const outcome = decodeTracesProtobuf(
    encodeExport('traces', { resourceSpans: [{ scopeSpans: [{ spans: complete }] }] }),
    context,
    block,
  );
  return { rows: readRows(block.spans), outcome };
}

describe('times', () => {
  test('ten minutes ahead is a clock that is off; more becomes the arrival time, the original kept and counted', () => {
    const early = NOW + 10n * MINUTE;
    const { rows, outcome } = decodeLogs(
      { timeUnixNano: String(early) },
      { timeUnixNano: String(early + 1n) },
      { timeUnixNano: String(2n ** 64n - 1n) },
    );
    expect(rows.map(({ time, originalTime }) => [time, originalTime])).toEqual([
      [early, 0n],
      [NOW, early + 1n],
      [NOW, 2n ** 63n - 1n],
    ]);
    expect(outcome.counts).toMatchObject({ stored: 3, clamped: 2 });
  });

  test('older than what is kept is expired, to the nanosecond, and said to the sender', () => {
    const { rows, outcome } = decodeLogs(
      { timeUnixNano: String(OLDEST) },
      { timeUnixNano: String(OLDEST - 1n) },
      { timeUnixNano: '1' },
    );
    expect(rows.map(({ time }) => time)).toEqual([OLDEST]);
    expect(outcome.counts).toMatchObject({ received: 3, stored: 1, expired: 2 });
    expect(outcome.message).toBe('2 of 3 log records are older than what is kept');
  });

  test('without a time the observed one counts, without that the arrival', () => {
    const { rows } = decodeLogs({ observedTimeUnixNano: String(NOW - MINUTE) }, {});
    expect(rows.map(({ time, observed }) => [time, observed])).toEqual([
      [NOW - MINUTE, NOW - MINUTE],
      [NOW, NOW],
    ]);
  });

  test('a span that ends before it starts has no length, and says so', () => {
    const { rows } = decodeSpans(
      { endTimeUnixNano: String(NOW - 5n) },
      { endTimeUnixNano: '0' },
      { startTimeUnixNano: '0', endTimeUnixNano: String(NOW - 9n) },
    );
    expect(rows.map(({ time, duration }) => [time, duration])).toEqual([
      [NOW, 0n],
      [NOW, 0n],
      [NOW - 9n, 0n],
    ]);
    expect(rows.map(({ attributes }) => attributes)).toEqual([{ 'holter.negative_duration_ns': -5n }, {}, {}]);
  });
});

describe('ids', () => {
  test('spans without ids are quarantined with the reason, the others stored', () => {
    const { rows, outcome } = decodeSpans(
      { traceId: '0102' },
      { name: 'good' },
      { spanId: '00'.repeat(8) },
      { traceId: '' },
    );
    expect(rows.map(({ name }) => name)).toEqual(['good']);
    expect(outcome.counts).toMatchObject({ received: 4, stored: 1, quarantined: 3 });
    expect(outcome.quarantine.map(({ reason }) => reason)).toEqual([
      'the trace id of a span must have 16 bytes, not 2',
      'the span id is all zero',
      'the trace id of a span must have 16 bytes, not 0',
    ]);
  });

  test('ids of wrong length on logs and parents are kept as attributes', () => {
    expect(decodeLogs({ traceId: 'abcd', spanId: '01' }).rows).toMatchObject([
      { traceId: '0'.repeat(32), attributes: { 'holter.invalid_trace_id': 'abcd', 'holter.invalid_span_id': '01' } },
    ]);
    expect(decodeSpans({ parentSpanId: 'ff' }).rows).toMatchObject([
      { parentId: '0'.repeat(16), attributes: { 'holter.invalid_parent_span_id': 'ff' } },
    ]);
  });
});

describe('old and new names', () => {
  const plain = renamedAttributes.filter(({ query }) => query === undefined);

  test.each(plain)('$old is stored as $name, and found by both', ({ old, name, onServer }) => {
    for (const [kind, stored] of [
      [3, name],
      [2, onServer ?? name],
    ] as const) {
      for (const sent of [old, stored]) {
        expect(decodeSpans({ kind, attributes: [text(sent, 'v')] }).rows[0]!['attributes']).toEqual({ [stored]: 'v' });
        expect(storedAttributeNames(sent)).toContain(stored);
      }
    }
  });

  test.each(plain)('$old and $name with one value are one, with two values both stay', ({ old, name }) => {
    const both = (one: string, two: string): unknown =>
      decodeSpans({ attributes: [text(old, one), text(name, two)] }).rows[0]!['attributes'];
    expect(both('same', 'same')).toEqual({ [name]: 'same' });
    expect(both('old', 'new')).toEqual({ [name]: 'new', [old]: 'old' });
    expect(storedAttributeNames(old)).toContain(old);
  });

  test('a target is its path and its query', () => {
    const target = (value: string, ...more: object[]): unknown =>
      decodeSpans({ attributes: [text('http.target', value), ...more] }).rows[0]!['attributes'];
    expect(target('/a')).toEqual({ 'url.path': '/a' });
    expect(target('/a?b=1?2')).toEqual({ 'url.path': '/a', 'url.query': 'b=1?2' });
    expect(target('/a?b', text('url.path', '/other'))).toEqual({ 'url.path': '/other', 'http.target': '/a?b' });
  });
});

describe('bodies', () => {
  test('a flat map is JSON text and searchable by field; attributes of the same name win', () => {
    const body = {
      kvlistValue: {
        values: [
          text('user', '王'),
          { key: 'code', value: { intValue: 7 } },
          { key: 'deep', value: { arrayValue: {} } },
        ],
      },
    };
    expect(decodeLogs({ body, attributes: [text('user', 'kept')] }).rows).toMatchObject([
      { body: '{"user":"王","code":7,"deep":[]}', attributes: { user: 'kept', code: 7n } },
    ]);
  });

  test.each([
    [{ intValue: '-9223372036854775808' }, '-9223372036854775808'],
    [{ doubleValue: 0.1 }, '0.1'],
    [{ doubleValue: Number.NaN }, '"NaN"'],
    [{ boolValue: false }, 'false'],
    [{ bytesValue: '/wA=' }, '"/wA="'],
    [{ arrayValue: { values: [{ stringValue: '\u0001"\n' }, {}] } }, '["\\u0001\\"\\n",null]'],
    [{}, ''],
  ])('%j is the body %s', (body, expected) => {
    expect(decodeLogs({ body }).rows[0]!['body']).toBe(expected);
  });
});

describe('bounds', () => {
  test('10 000 attributes and a value of 1 MB stay whole', () => {
    const attributes = Array.from({ length: 10_000 }, (_, i) => text(`key${i}`, `值${i}`));
    const long = 'x'.repeat(1_000_000);
    const { rows } = decodeLogs(
      { attributes: [...attributes, text('long', long)] },
      { attributes: [text('after', '1')] },
    );
    expect(Object.keys(rows[0]!['attributes'] as Row)).toHaveLength(10_001);
    expect((rows[0]!['attributes'] as Row)['long']).toBe(long);
    expect(rows[1]!['attributes']).toEqual({ after: '1' });
  });

  test('a small request cannot become a huge block', () => {
    const scopeLogs = Uint8Array.from({ length: 4_000_000 }, (_, i) => (i % 2 === 0 ? 0x12 : 0x00));
    const wrap = (tag: number, contents: Uint8Array): Uint8Array => {
      const size = [0, 7, 14, 21, 28].map((shift, i) => ((contents.length >>> shift) & 0x7f) | (i < 4 ? 0x80 : 0));
      return Buffer.concat([Uint8Array.of(tag, ...size), contents]);
    };
    const many = wrap(0x0a, wrap(0x12, scopeLogs));
    expect(() => decodeLogsProtobuf(many, context, new TelemetryBlock())).toThrowError(
      expect.objectContaining({ status: 413, code: 'OTLP_EXPANDS_TOO_FAR' }),
    );
  });

  test('a request that is cut off anywhere is refused, or ends between two of its groups', () => {
    const whole = encodeExport('logs', {
      resourceLogs: [
        {
          resource: { attributes: [text('service.name', 's')] },
          scopeLogs: [{ logRecords: [{ body: { stringValue: 'x' } }] }],
        },
      ],
    });
    for (let size = 1; size < whole.length; size++) {
      expect(
        () => decodeLogsProtobuf(whole.slice(0, size), context, new TelemetryBlock()),
        `${size} bytes`,
      ).toThrowError(expect.objectContaining({ status: 400, code: 'OTLP_PROTOBUF_BROKEN' }));
    }
  });

  test('a resource that stands behind its rows is theirs all the same', () => {
    const block = new TelemetryBlock();
    const request = {
      resourceLogs: [
        {
          scopeLogs: [{ logRecords: [{}], scope: { name: 'late' } }],
          resource: { attributes: [text('service.name', 'late')] },
        },
      ],
    };
    decodeLogsProtobuf(encodeExport('logs', request), context, block);
    expect(readRows(block.logs)).toMatchObject([
      { service: 'late', logger: 'late', resource: readRows(block.resources)[0]!['fingerprint'] },
    ]);
  });
});
