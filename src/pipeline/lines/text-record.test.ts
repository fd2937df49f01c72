import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLines, RECEIVED, type DecodedRow } from './decode-lines.case.ts';

const decodeOne = (record: string, meta: Readonly<Record<string, unknown>> = {}): DecodedRow => {
  const [row] = decodeLines([record], meta);
  if (row === undefined) throw new Error('no row');
  return row;
};
const iso = (nanos: bigint): string => new Date(Number(nanos / 1_000_000n)).toISOString();
const TIME = '2026-11-21T09:52:13.123Z';
const plainTime = '2026-11-21T09:52:13.000Z';

interface Expected {
  readonly severity?: number;
  readonly logger?: string;
  readonly body: string;
  readonly at?: string;
  readonly attributes?: Record<string, unknown>;
}

const known: readonly (readonly [record: string, expected: Expected])[] = [
  ['WARNING:root:磁盘快满了', { severity: 13, logger: 'root', body: '磁盘快满了' }],
  ['ERROR:app.orders:failed: x', { severity: 17, logger: 'app.orders', body: 'failed: x' }],
  [
    '2026-11-21 09:52:13,123 INFO app.orders 下单成功',
    { severity: 9, logger: 'app.orders', body: '下单成功', at: TIME },
  ],
  [
    '2026-11-21 09:52:13,123 - app.orders - WARNING - slow',
    { severity: 13, logger: 'app.orders', body: 'slow', at: TIME },
  ],
  ['2026-11-21 09:52:13,123 - root - INFO - a - b', { severity: 9, logger: 'root', body: 'a - b', at: TIME }],
  ['2026-11-21 09:52:13,123 [INFO] orders: done', { severity: 9, logger: 'orders', body: 'done', at: TIME }],
  [
    '[2026-11-21 09:52:13,123] INFO in views: order: done',
    { severity: 9, logger: '', body: 'order: done', at: TIME, attributes: { module: 'views' } },
  ],
  [
    '[2026-11-21 09:52:13,123] ERROR [app.db:42] lost',
    { severity: 17, logger: 'app.db', body: 'lost', at: TIME, attributes: { lineno: 42n } },
  ],
  ['2026-11-21 09:52:13,123 INFO     Starting server', { severity: 9, logger: '', body: 'Starting server', at: TIME }],
  [
    '2026-11-21 09:52:13,123 ERROR Could not connect: refused',
    { severity: 17, logger: '', body: 'Could not connect: refused', at: TIME },
  ],
  ['2026-11-21T09:52:13.123Z DEBUG x', { severity: 5, body: 'x', at: TIME }],
  [
    '2026-11-21 09:52:13,123 [4711] [MainThread] INFO app.a: hi',
    { severity: 9, logger: 'app.a', body: 'hi', at: TIME, attributes: { process: 4711n, threadName: 'MainThread' } },
  ],
  [
    '[2026-11-21 09:52:13 +0000] [4711] [INFO] Listening at: http://127.0.0.1:8000 (4711)',
    { severity: 9, body: 'Listening at: http://127.0.0.1:8000 (4711)', at: plainTime, attributes: { process: 4711n } },
  ],
  [
    '[2026-11-21 09:52:13,123: INFO/MainProcess] Task shop.pay[ab-1] received',
    { severity: 9, body: 'Task shop.pay[ab-1] received', at: TIME, attributes: { processName: 'MainProcess' } },
  ],
  [
    '2026-11-21 09:52:13.123 | INFO     | shop.orders:place:12 - 下单',
    { severity: 9, logger: 'shop.orders', body: '下单', at: TIME, attributes: { funcName: 'place', lineno: 12n } },
  ],
  [
    '2026-11-21 09:52:13 [info     ] request_finished status=200',
    { severity: 9, body: 'request_finished status=200', at: plainTime },
  ],
  [
    'INFO:     127.0.0.1:52304 - "GET /health?x=1 HTTP/1.1" 200 OK',
    {
      severity: 9,
      body: '127.0.0.1:52304 - "GET /health?x=1 HTTP/1.1" 200 OK',
      attributes: {
        'client.address': '127.0.0.1',
        'http.request.method': 'GET',
        'url.path': '/health',
        'url.query': 'x=1',
        'http.response.status_code': 200n,
      },
    },
  ],
  [
    '127.0.0.1 - - [21/Nov/2026 09:52:13] "GET / HTTP/1.1" 500 -',
    {
      body: '127.0.0.1 - - [21/Nov/2026 09:52:13] "GET / HTTP/1.1" 500 -',
      at: plainTime,
      attributes: { 'http.response.status_code': 500n },
    },
  ],
  [
    'INFO:werkzeug:127.0.0.1 - - [21/Nov/2026 09:52:13] "GET / HTTP/1.1" 200 -',
    {
      severity: 9,
      logger: 'werkzeug',
      body: '127.0.0.1 - - [21/Nov/2026 09:52:13] "GET / HTTP/1.1" 200 -',
      at: plainTime,
    },
  ],
  [
    '10.0.0.7 - alice [21/Nov/2026:10:52:13 +0100] "POST /pay HTTP/1.1" 201 17 "-" "curl/8"',
    {
      body: '10.0.0.7 - alice [21/Nov/2026:10:52:13 +0100] "POST /pay HTTP/1.1" 201 17 "-" "curl/8"',
      at: plainTime,
      attributes: { 'user.name': 'alice', 'http.response.body.size': 17n },
    },
  ],
  [
    '[21/Nov/2026 09:52:13] "GET /admin HTTP/1.1" 302 0',
    { body: '[21/Nov/2026 09:52:13] "GET /admin HTTP/1.1" 302 0', at: plainTime },
  ],
  ['just a print', { severity: 0, body: 'just a print' }],
  ['IMPORTANT: not a level', { severity: 0, body: 'IMPORTANT: not a level' }],
  ['[section] of an ini file', { severity: 0, body: '[section] of an ini file' }],
  ['2026-11-21 09:52:13,123 INFO [4711] [4712] two numbers', { severity: 9, body: '[4712] two numbers', at: TIME }],
  [
    '2026-11-21 09:52:13,123 4711 MainThread WARNING  shop.db slow',
    {
      severity: 13,
      logger: 'shop.db',
      body: 'slow',
      at: TIME,
      attributes: { process: 4711n, threadName: 'MainThread' },
    },
  ],
  [
    'WARNING 2026-11-21 09:52:13,123 views 4711 140260049013632 slow',
    {
      severity: 13,
      body: 'slow',
      at: TIME,
      attributes: { module: 'views', process: 4711n, thread: 140260049013632n },
    },
  ],
  ['2026-11-21 09:52:13,123|ERROR|shop.db|a|b', { severity: 17, logger: 'shop.db', body: 'a|b', at: TIME }],
  ['2026-11-21 09:52:13,123 INFO 17 orders', { severity: 9, body: '17 orders', at: TIME }],
];

test.each(known)('%s', (record, { severity = 0, logger = '', body, at = iso(RECEIVED), attributes = {} }) => {
  const row = decodeOne(record);
  expect({ severity: row.severity, logger: row.logger, body: row.body, at: iso(row.time) }).toEqual({
    severity,
    logger,
    body,
    at,
  });
  expect(Object.fromEntries(row.attributes)).toMatchObject(attributes);
  expect([row.rebuilt, row.raw]).toEqual([record, '']);
});

test("the instrumentation's prefix links the line to its trace", () => {
  const ids = 'trace_id=0af7651916cd43dd8448eb211c80319c span_id=00f067aa0ba902b7';
  const record = `2026-11-21 09:52:13,123 INFO [app.orders] [orders.py:17] [${ids} resource.service.name=shop trace_sampled=True] - placed`;
  const row = decodeOne(record);
  expect(row).toMatchObject({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: '00f067aa0ba902b7',
    service: 'shop',
    logger: 'app.orders',
    body: 'placed',
    rebuilt: record,
    raw: '',
  });
  const outside = record.replace(/trace_id=\w+ span_id=\w+/, 'trace_id=0 span_id=0');
  expect(decodeOne(outside)).toMatchObject({ traceId: '', body: 'placed', rebuilt: outside });
});

test('a trace id in any of its names links a text, wherever it stands', () => {
  const [trace, span] = ['0af7651916cd43dd8448eb211c80319c', '00f067aa0ba902b7'];
  const known = (id: string): Partial<DecodedRow> => ({ traceId: id, spanId: span, raw: '' });
  for (const record of [
    `paid trace_id=${trace} span_id=${span}`,
    `2026-11-21 09:52:13,123 INFO traceId: ${trace} spanId: ${span} paid`,
    `[info     ] paid                           otelTraceID=${trace} otelSpanID=${span}`,
    `INFO:a:{'trace.id': '${trace}', 'span.id': '${span}'}`,
  ])
    expect({ record, ...decodeOne(record) }).toMatchObject({ record, rebuilt: record, ...known(trace) });
  const datadog =
    '[dd.service=shop dd.env=prod dd.version=1 dd.trace_id=11803532876627986230 dd.span_id=67667974448284343]';
  const record = `2026-11-21 09:52:13,123 INFO [app] [app.py:3] ${datadog} - paid`;
  expect(decodeOne(record)).toMatchObject({
    traceId: '0000000000000000a3ce929d0e0e4736',
    spanId: span,
    service: 'shop',
    body: 'paid',
    rebuilt: record,
  });
  for (const none of ['trace_id=0', `trace_id=${trace}0`, `stack_trace=${trace}`, 'trace_id=None'])
    expect(decodeOne(none)).toMatchObject({ traceId: '', body: none });
});

test('colours, syslog headers and bare clocks are understood, and the line is kept', () => {
  const coloured = '\u001b[32m2026-11-21 09:52:13\u001b[0m \u001b[1mINFO\u001b[0m hello';
  expect(decodeOne(coloured)).toMatchObject({ body: 'hello', severity: 9, raw: coloured });
  const syslog = '<34>Nov 21 09:52:13 host1 orders[4711]: paid';
  expect(decodeOne(syslog)).toMatchObject({ body: 'paid', logger: 'orders', raw: syslog });
  expect(decodeOne('09:52:13.123 INFO hello')).toMatchObject({ body: 'hello', severity: 9 });
});

test('logfmt is fields', () => {
  const record = 'time=2026-11-21T09:52:13Z level=warn msg="two \\"words\\"" status=200 took=0.5 ok=true user=张';
  const row = decodeOne(record);
  expect(row).toMatchObject({ severity: 13, body: 'two "words"', rebuilt: record });
  expect(Object.fromEntries(row.attributes)).toEqual({ status: 200n, took: 0.5, ok: true, user: '张' });
  const python = String.raw`order=3 event='it\'s paid' level='warning' timestamp='2026-11-21T09:52:13Z'`;
  expect(decodeOne(python)).toMatchObject({ severity: 13, body: "it's paid", rebuilt: python });
  expect(iso(decodeOne(python).time)).toBe(plainTime);
  expect(decodeOne('a=1 b=2').body).toBe('a=1 b=2');
});

test('a record with a traceback', () => {
  const record =
    '2026-11-21 09:52:13,123 ERROR app.pay 支付失败\nwith detail\nTraceback (most recent call last):\n  File "/app/pay.py", line 3, in pay\n    charge()\nshop.errors.PaymentError: no money\nleft';
  const row = decodeOne(record);
  expect(row).toMatchObject({
    body: '支付失败\nwith detail',
    exceptionType: 'shop.errors.PaymentError',
    exceptionMessage: 'no money\nleft',
    rebuilt: record,
    raw: '',
  });
  expect(row.exceptionStack.startsWith('Traceback (most recent call last):')).toBe(true);
  const bare = record.slice(record.indexOf('Traceback'));
  expect(decodeOne(bare)).toMatchObject({ body: 'shop.errors.PaymentError: no money\nleft', rebuilt: bare, raw: '' });
});

test('any text comes back byte for byte', () => {
  const word = fc.constantFrom(
    '2026-11-21 09:52:13,123',
    '2026-11-21T09:52:13+08:00',
    'INFO',
    'ERROR',
    'app.orders',
    '[4711]',
    '[info ]',
    '[MainThread]',

    ' ',
    ' - ',
    ': ',
    ' | ',
    ':',
    '[',
    ']',
    '(',
    'root',
    '用户',
    'x',
    '12',
    '\n',
    'Traceback (most recent call last):\n',
    '"GET /',

    'trace_id=ab',
    'a.py:12',
    '\u001b[32m',
    'level=info msg="x"',
    '  File "a.py", line 1, in f\n',
    'E: m',
    '{',
    '}',

    '09:52:13',
    '[trace_id=0 span_id=00f067aa0ba902b7]',
    '127.0.0.1 - - [21/Nov/2026 09:52:13] "GET / HTTP/1.1" 200 -',
  );
  const record = fc.array(fc.oneof(word, fc.string({ unit: 'grapheme', maxLength: 3 })), {
    minLength: 1,
    maxLength: 9,
  });
  fc.assert(
    fc.property(record, fc.constantFrom('UTC', 'Asia/Kathmandu'), (words, zone) => {
      const text = words.join('');
      expect(decodeOne(text, { zone }).rebuilt).toBe(text);
    }),
    { numRuns: 3000 },
  );
});
