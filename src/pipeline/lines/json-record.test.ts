import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBlock, decodeLines, RECEIVED, type DecodedRow } from './decode-lines.case.ts';

const decodeOne = (record: string, meta: Readonly<Record<string, unknown>> = {}): DecodedRow => {
  const [row] = decodeLines([record], meta);
  if (row === undefined) throw new Error('no row');
  return row;
};
const iso = (nanos: bigint): string => new Date(Number(nanos / 1_000_000n)).toISOString();

/** A document as plain values: integers exact, other numbers as doubles, keys sorted. */
function canonical(document: string): string {
  const value = JSON.parse(document, function (_key, item: unknown, context?: { source?: string }) {
    if (typeof item !== 'number') return item;
    const source = context?.source ?? String(item);
    return /^-?\d+$/.test(source) && BigInt(source) !== 0n ? `int ${BigInt(source)}` : `number ${item}`;
  } as (key: string, value: unknown) => unknown) as unknown;
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

test('a line of the plain formatter goes to its columns', () => {
  const row = decodeOne(
    '{"timestamp": "2026-11-21 17:52:13,123", "level": "ERROR", "message": "除零错误发生", "service": "my-python-app", "module": "__main__", "lineno": 34, "thread": 139637976729408, "request_id": "def-456", "user_id": null, "exception": "Traceback (most recent call last):\\n  File \\"a.py\\", line 32, in <module>\\n    1 / 0\\nZeroDivisionError: division by zero"}',
    { zone: 'Asia/Shanghai', stream: { path: '/var/log/a.log' } },
  );
  expect(row).toMatchObject({
    time: 1_795_254_733_123_000_000n,
    severity: 17,
    severityText: 'ERROR',
    body: '除零错误发生',
    service: 'my-python-app',
    exceptionType: 'ZeroDivisionError',
    exceptionMessage: 'division by zero',
    attributesJson: '{"user_id":null}',
    raw: '',
  });
  expect([...row.attributes]).toEqual([
    ['module', '__main__'],
    ['request_id', 'def-456'],
    ['lineno', 34n],
    ['thread', 139637976729408n],
  ]);
  expect(iso(row.time)).toBe('2026-11-21T09:52:13.123Z');
  expect(row.exceptionGroup).not.toBe(0n);
});

test.each([
  ['{"@timestamp":"2026-11-21T09:52:13.5Z"}', '2026-11-21T09:52:13.500Z'],
  ['{"time":"2026-11-21T17:52:13+08:00"}', '2026-11-21T09:52:13.000Z'],
  ['{"time":"2026/11/21 09:52:13,250 UTC"}', '2026-11-21T09:52:13.250Z'],
  ['{"asctime":"2026-11-21 09:52:13,123"}', '2026-11-21T09:52:13.123Z'],
  ['{"ts":1795254733.125}', '2026-11-21T09:52:13.125Z'],
  ['{"ts":"1795254733.125"}', '2026-11-21T09:52:13.125Z'],
  ['{"time":1795254733123}', '2026-11-21T09:52:13.123Z'],
  ['{"time":1795254733123000}', '2026-11-21T09:52:13.123Z'],
  ['{"created":1795254733123456789}', '2026-11-21T09:52:13.123Z'],
  ['{"time":"1970-01-02T00:00:00Z"}', '1970-01-02T00:00:00.000Z'],
  ['{"asctime":"2026-11-21 01:00:00,000","created":1795254733.5}', '2026-11-21T09:52:13.500Z'],
  ['{"time":0.25,"timestamp":"2026-11-21T09:52:13Z"}', '2026-11-21T09:52:13.000Z'],
  ['{"time":"yesterday"}', iso(RECEIVED)],
  ['{"time":"2026-02-30T00:00:00Z"}', iso(RECEIVED)],
  ['{"time":"2026-11-21T09:52:13Z and more"}', iso(RECEIVED)],
])('time of %s', (record, time) => {
  const row = decodeOne(record);
  expect(iso(row.time)).toBe(time);
});

test('a time far in the future becomes the arrival time, and is not lost', () => {
  const record = '{"time":"2200-01-01T00:00:00Z","message":"x"}';
  const { block } = decodeBlock([record]);
  expect([block.logs.time.get(0), block.logs.originalTime.get(0)]).toEqual([RECEIVED, 7258118400000000000n]);
  expect(canonical(decodeOne(record).rebuilt)).toBe(canonical(record));
});

test.each([
  ['{"levelname":"WARNING"}', 13],
  ['{"level":"info"}', 9],
  ['{"level":"\\u8b66\\u544a"}', 13],
  ['{"levelno":40}', 17],
  ['{"level":30}', 13],
  ['{"level":30,"pid":1,"hostname":"h"}', 9],
  ['{"log.level":"critical"}', 21],
  ['{"log":{"level":"debug","logger":"app"}}', 5],
  ['{"severity":"E"}', 17],
  ['{"level_number":30}', 13],
  ['{"level":"whatever"}', 0],
  ['{"level":{}}', 0],
])('severity of %s', (record, severity) => {
  expect(decodeOne(record).severity).toBe(severity);
});

test('ids in their usual names and forms', () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  for (const name of ['trace_id', 'traceId', 'otelTraceID', 'dd.trace_id', 'trace.id']) {
    expect(decodeOne(`{"${name}":"${trace}"}`).traceId, name).toBe(trace);
  }
  expect(decodeOne(`{"trace":{"id":"${trace}"},"span":{"id":"00f067aa0ba902b7"}}`)).toMatchObject({
    traceId: trace,
    spanId: '00f067aa0ba902b7',
  });
  expect(decodeOne('{"dd.trace_id":"11803532876627986230"}').traceId).toBe('0000000000000000a3ce929d0e0e4736');
  const asIntegers = `{"trace_id":${BigInt(`0x${trace}`)},"span_id":${0x00f067aa0ba902b7n},"message":"x"}`;
  expect(decodeOne(asIntegers)).toMatchObject({ traceId: trace, spanId: '00f067aa0ba902b7' });
  expect(canonical(decodeOne(asIntegers).rebuilt)).toBe(canonical(asIntegers));
  expect(decodeOne(`{"trace_id":"0x${trace}","span_id":"0X00F067AA0BA902B7"}`)).toMatchObject({
    traceId: trace,
    spanId: '00f067aa0ba902b7',
  });
  expect(decodeOne(`{"dd":{"trace_id":"${trace}","span_id":"5","service":"shop"}}`)).toMatchObject({
    traceId: trace,
    spanId: '0000000000000005',
    service: 'shop',
  });
  expect(decodeOne('{"trace_id":"0AF76519-16CD-43DD-8448-EB211C80319C"}')).toMatchObject({ traceId: trace });
  for (const none of ['"0"', '"0x"', '4711', '""', 'null', '"none"', '0', '[]', '"1234-5678-9012-3456-7"']) {
    const record = `{"trace_id":${none},"message":"x"}`;
    expect(canonical(decodeOne(record).rebuilt)).toBe(canonical(record));
  }
});

test('exceptions as list of strings, as structlog writes them, and as ECS objects', () => {
  const lines = decodeOne(
    '{"message":"m","exc_info":["Traceback (most recent call last):","  File \\"a.py\\", line 1, in f","ValueError: no"]}',
  );
  expect(lines).toMatchObject({ exceptionType: 'ValueError', exceptionMessage: 'no' });
  const structlog = decodeOne(
    '{"event":"m","exception":[{"exc_type":"KeyError","exc_value":"\'k\'","is_cause":false,"frames":[{"filename":"a.py","lineno":3,"name":"f"}]},{"exc_type":"ValueError","exc_value":"first","frames":[]}]}',
  );
  expect(structlog).toMatchObject({ exceptionType: 'KeyError', body: 'm' });
  expect(structlog.exceptionStack).toContain('During handling of the above exception');
  expect(structlog.exceptionStack).toContain('  File "a.py", line 3, in f');
  const ecs = decodeOne(
    '{"message":"m","error":{"type":"ValueError","message":"no","stack_trace":"  File \\"a.py\\", line 1, in f\\n"}}',
  );
  expect(ecs).toMatchObject({ exceptionType: 'ValueError', exceptionMessage: 'no' });
  expect(decodeOne('{"message":"m","error":"not found"}')).toMatchObject({ exceptionType: '', exceptionStack: '' });
});

test.each([
  '{"message":"twice","a":1,"a":2}',
  '{"message":"half \\ud800 pair"}',
  '{"message":"m","nested":{"n":NaN}}',
  `{"message":"m","deep":${'['.repeat(300)}${']'.repeat(300)}}`,
  '{"\\ud800":1,"message":"m"}',
])('%s is kept as it came', (record) => {
  expect(decodeOne(record).rebuilt).toBe(record);
});

test.each([
  '{"message":"m","big":123456789012345678901234567890,"long":9223372036854775807,"low":-9223372036854775808,"f":1e999}',
  '{"message":"m","f":0.1,"g":1.0,"h":-0.0,"i":1e-7,"j":123456.789e3,"k":0.1000000000000000055511151231257827}',
  '{"message":"m","nested":{"用户":["a",null,{"x":[]}]},"empty":{},"list":[],"t":true,"n":null}',
  '{"message":"\\u7528\\u6237 \\ud83d\\ude00 \\"q\\" \\n\\t\\\\ \\/","a\\u0062c":"x","":"no name"}',
  ' { "message" : "spaces" , "level" : "INFO" } ',
  '{"no":"message","level":"INFO","timestamp":"2026-11-21T09:52:13.123456Z"}',
  '{"level":"","message":"","logger":"","exc_info":"","service":""}',
  '{"message":"m","timestamp":"2026-11-21T09:52:60Z"}',
  '{"message":"m","timestamp":"2026-11-21T09:52:13.1234567891Z"}',
  '{"message":"m","timestamp":"2026-11-21T09:52:13-00:00","time":1795254733.123456789}',
  '{}',
])('%s can be given back', (record) => {
  expect(canonical(decodeOne(record).rebuilt)).toBe(canonical(record));
  expect(decodeOne(record).raw).toBe('');
});

test("what OpenTelemetry's console exporter prints of a log record", () => {
  const trace = '40f5017c0cd2781c5e2b269da46a7824';
  const stack = 'Traceback (most recent call last):\\n  File "a.py", line 1, in f\\nValueError: no\\n'.replaceAll(
    '"',
    '\\"',
  );
  const attributes = `{"k": 1, "exception.type": "ValueError", "exception.message": "no", "exception.stacktrace": "${stack}"}`;
  const record = `{\n    "body": "failed 失败",\n    "severity_number": 17,\n    "severity_text": "ERROR",\n    "attributes": ${attributes},\n    "timestamp": "2026-11-21T09:52:13.123000Z",\n    "trace_id": "0x${trace}",\n    "span_id": "0xe7da037b1efd7b73",\n    "resource": {"attributes": {"service.name": "shop"}, "schema_url": ""}\n}`;
  const row = decodeOne(record);
  expect(row).toMatchObject({
    body: 'failed 失败',
    severity: 17,
    service: 'shop',
    traceId: trace,
    spanId: 'e7da037b1efd7b73',
    exceptionType: 'ValueError',
    exceptionMessage: 'no',
  });
  expect([iso(row.time), row.exceptionStack.startsWith('Traceback')]).toEqual(['2026-11-21T09:52:13.123Z', true]);
  expect(canonical(row.rebuilt)).toBe(canonical(record));
});

test('an empty message is none: what else says it counts, or the document itself', () => {
  expect(decodeOne('{"message":"","event":"paid"}').body).toBe('paid');
  const record = '{"message":"","levelname":"WARNING","order":3}';
  expect(decodeOne(record)).toMatchObject({ body: record, rebuilt: record, severity: 13 });
});

test('a document behind a short prefix is a document, if it is a log record', () => {
  const document = '{"asctime": "2026-11-21 09:52:13,123", "levelname": "INFO", "message": "hi"}';
  for (const prefix of ['app.', '@cee: ', 'shop:']) {
    const record = `${prefix}${document}`;
    expect(decodeOne(record)).toMatchObject({ body: 'hi', severity: 9, rebuilt: record, raw: record });
    expect(iso(decodeOne(record).time)).toBe('2026-11-21T09:52:13.123Z');
  }
  for (const record of ['got: {"order": 3}', `sent ${document}`, `a{${document}`, `${'x'.repeat(100)}${document}`])
    expect(decodeOne(record)).toMatchObject({ body: record, rebuilt: record });
});

test("Python's NaN and infinities are floats", () => {
  const row = decodeOne('{"message":"m","a":NaN,"b":Infinity,"c":-Infinity}');
  expect([...row.attributes.values()]).toEqual([Number.NaN, Infinity, -Infinity]);
  expect(row.rebuilt).toBe('{"message": "m", "a": NaN, "b": Infinity, "c": -Infinity}');
});

test.each(['{"a":1', '{"a":01}', '{"a":"\\x"}', '{"a":1}}', '{a:1}', '{"a":tru}', '{"a":[1,]}', '{"a" 1}', '{"a":1,}'])(
  '%s is no document, and stays as text',
  (record) => {
    expect(decodeOne(record)).toMatchObject({ body: record, rebuilt: record });
  },
);

test('bytes that are no UTF-8 are shown as well as they can be, and kept', () => {
  const gbk = Uint8Array.of(0x7b, 0x22, 0x6d, 0x73, 0x67, 0x22, 0x3a, 0x22, 0xd3, 0xc3, 0xbb, 0xa7, 0x22, 0x7d);
  const { block } = decodeBlock([gbk, '{"msg":"用户"}']);
  expect([...block.logs.raw.bytesAt(0)]).toEqual([...gbk]);
  expect([block.logs.body.get(1), block.logs.raw.get(1)]).toEqual(['用户', '']);
});

const names = fc.constantFrom(
  ...'timestamp asctime time ts created @timestamp level levelname severity log.level message msg event name logger service'.split(
    ' ',
  ),
  ...'trace_id otelTraceID dd.trace_id span_id exc_info exception stack_trace error log trace user_id 用户 pid hostname'.split(
    ' ',
  ),
);
const values = fc.oneof(
  fc.constantFrom<unknown>(
    '2026-11-21 09:52:13,123',
    '2026-11-21T09:52:13.000001+05:45',
    1795254733.25,
    '1795254733',
    30,
    'INFO',
  ),
  fc.constantFrom<unknown>(
    '0af7651916cd43dd8448eb211c80319c',
    'Traceback (most recent call last):\nE: x',
    ['a', 'b'],
    null,
  ),
  fc.constantFrom<unknown>(
    { level: 'info', id: 'ab' },
    [{ exc_type: 'E', exc_value: 'v' }],
    -0,
    1e300,
    2 ** 53,
    '',
    {},
  ),
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);

test('any document of any field names can be given back', () => {
  const documents = fc.array(
    fc.dictionary(fc.oneof(names, fc.string({ unit: 'grapheme', maxLength: 5 })), values, { maxKeys: 8 }),
    {
      minLength: 1,
      maxLength: 4,
    },
  );
  const ascii = (text: string): string =>
    text.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  fc.assert(
    fc.property(
      documents,
      fc.boolean(),
      fc.constantFrom('UTC', 'Asia/Kolkata', 'Europe/Berlin'),
      (list, escape, zone) => {
        const records = list.map((document) => (escape ? ascii(JSON.stringify(document)) : JSON.stringify(document)));
        const rows = decodeLines(records, { zone });
        expect(rows.map(({ rebuilt }) => canonical(rebuilt))).toEqual(records.map(canonical));
      },
    ),
    { numRuns: 2000 },
  );
});
