// Deterministic telemetry of a small shop, made from row numbers: the same number gives the same row, however often it is asked.
import type { Attribute } from '../../src/api/common.ts';
import type { LogRow, SeverityGroup } from '../../src/api/logs.ts';
import type { Span } from '../../src/api/traces.ts';

export const ROWS = 120_000;
export const TRACES = 400;
export const HOUR = 3_600_000;
/** Row 0 is the newest one, at this moment. */
export const anchor = Date.now() - 2000;

/** A number in [0, 1) that belongs to (`seed`, `salt`). */
export function random(seed: number, salt: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(salt + 1, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

const pick = <T>(list: readonly T[], seed: number, salt: number): T =>
  list[Math.floor(random(seed, salt) * list.length)]!;
const hex = (seed: number, salt: number, digits: number): string =>
  Array.from({ length: digits / 8 }, (_, part) =>
    Math.floor(random(seed, salt + part) * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('');

const services = ['gateway', 'orders', 'payments', 'inventory', '通知服务'];
const severities: Readonly<Record<SeverityGroup, number>> = {
  unknown: 0,
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
};

const infos = [
  'GET /api/v1/orders 200',
  'order created',
  '订单已创建，等待支付',
  'cache refreshed',
  'payment authorised',
  '用户登录成功',
  'stock reserved for cart',
  'consumer committed offsets',
];
const warnings = [
  'slow query on orders_by_customer',
  '库存不足，将在 30 秒后重试',
  'retrying payment provider',
  'connection pool at 90 %',
];

const paymentTraceback = `Traceback (most recent call last):
  File "/srv/shop/payments/provider.py", line 88, in authorise
    response = self.session.post(self.url, json=body, timeout=self.timeout)
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/local/lib/python3.13/site-packages/requests/sessions.py", line 637, in post
    return self.request("POST", url, data=data, json=json, **kwargs)
           ~~~~~~~~~~~~^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/local/lib/python3.13/site-packages/requests/adapters.py", line 713, in send
    raise ReadTimeout(e, request=request)
requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='pay.internal', port=443): Read timed out. (read timeout=2.0)

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/srv/shop/payments/worker.py", line 41, in handle
    receipt = self.provider.authorise(order)
              ~~~~~~~~~~~~~~~~~~~~~~~^^^^^^^
  File "/srv/shop/payments/provider.py", line 94, in authorise
    raise PaymentTimeout(order.id) from error
shop.payments.PaymentTimeout: 订单 20261121-0042 支付超时`;

/** How bad things are at row `index`: an incident strikes in the middle of the hour. */
function trouble(index: number): number {
  const place = index / ROWS;
  return place > 0.3 && place < 0.42 ? 0.12 : 0.006;
}

function levelOf(index: number): SeverityGroup {
  const dice = random(index, 1);
  const bad = trouble(index);
  if (dice < bad * 0.03) return 'fatal';
  if (dice < bad) return 'error';
  if (dice < bad * 2 + 0.02) return 'warn';
  return dice < 0.25 ? 'debug' : 'info';
}

export const timeOf = (index: number): number => anchor - index * (HOUR / ROWS);
export const indexOfTime = (millis: number): number => (anchor - millis) / (HOUR / ROWS);

const nanosOf = (millis: number): string =>
  `${Math.floor(millis)}${String(Math.floor((millis % 1) * 1e6)).padStart(6, '0')}`;
export const rowId = (index: number): string => `${nanosOf(timeOf(index))}.1.${1_000_000 - index}`;
export const indexOfId = (id: string): number => 1_000_000 - Number(id.split('.')[2]);

export const traceIdOf = (trace: number): string => hex(trace, 77, 32);
const spanIdOf = (trace: number, span: number): string => hex(trace * 64 + span, 99, 16);
export const traceStart = (trace: number): number => anchor - 5000 - trace * ((HOUR - 60_000) / TRACES);

/** The trace that log row `index` was written in, if any: the one that was running. */
function traceAt(index: number): number | undefined {
  const width = (HOUR - 60_000) / TRACES;
  const trace = Math.ceil((anchor - 5000 - timeOf(index)) / width);
  const after = timeOf(index) - traceStart(trace);
  return trace >= 0 && trace < TRACES && after < durationOf(trace) * 0.9 && random(index, 3) < 0.5 ? trace : undefined;
}

/** What the filters of the tests look at, without building the row. */
export interface RowFacts {
  readonly level: SeverityGroup;
  readonly service: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly trace: number | undefined;
}

const known: RowFacts[] = [];

export function factsOf(index: number): RowFacts {
  return (known[index] ??= makeFacts(index));
}

function makeFacts(index: number): RowFacts {
  const level = levelOf(index);
  const isBad = level === 'error' || level === 'fatal';
  const service = isBad && random(index, 4) < 0.7 ? 'payments' : pick(services, index, 5);
  const body = isBad
    ? random(index, 9) < 0.5
      ? 'payment failed for order 20261121-0042: 支付超时'
      : 'unhandled exception in worker'
    : level === 'warn'
      ? pick(warnings, index, 6)
      : level === 'debug'
        ? `select took ${(random(index, 7) * 40).toFixed(1)} ms`
        : pick(infos, index, 6);
  return {
    level,
    service,
    body,
    attributes: {
      'user.id': Math.floor(random(index, 8) * 500),
      'http.route': pick(['/api/v1/orders', '/api/v1/cart', '/healthz', '/结算'], index, 10),
      duration_ms: Number((random(index, 7) * 400).toFixed(1)),
      ...(isBad && { retryable: random(index, 12) < 0.5 }),
    },
    trace: traceAt(index),
  };
}

function attributeOf([name, value]: readonly [string, string | number | boolean]): Attribute {
  if (typeof value === 'boolean') return { name, kind: 'bool', value };
  if (typeof value === 'string') return { name, kind: 'string', value };
  return Number.isInteger(value) ? { name, kind: 'int', value: String(value) } : { name, kind: 'float', value };
}

export function logRowOf(index: number): LogRow {
  const facts = factsOf(index);
  const time = nanosOf(timeOf(index));
  const isBad = facts.level === 'error' || facts.level === 'fatal';
  return {
    id: rowId(index),
    time,
    observed: time,
    service: facts.service,
    severity: severities[facts.level],
    severityText: facts.level.toUpperCase(),
    level: facts.level,
    logger: `shop.${facts.service}`,
    event: '',
    body: facts.body,
    ...(facts.trace !== undefined && {
      traceId: traceIdOf(facts.trace),
      spanId: spanIdOf(facts.trace, isBad ? 3 : index % 3),
    }),
    attributes: [
      ...Object.entries(facts.attributes).map(attributeOf),
      ...(isBad
        ? [{ name: 'order', kind: 'json' as const, value: { id: '20261121-0042', 商品: ['键盘', '鼠标'] } }]
        : []),
    ],
    resource: {
      'service.name': facts.service,
      'host.name': `web-${1 + (index % 3)}`,
      'process.pid': String(4000 + (index % 3)),
    },
    stream: { path: `/var/log/shop/${facts.service}.log` },
    ...(isBad && {
      exception: {
        type: 'shop.payments.PaymentTimeout',
        message: '订单 20261121-0042 支付超时',
        stack: paymentTraceback,
        group: '00c0ffee00c0ffee',
      },
    }),
    weight: 1,
  };
}

const steps = [
  ['gateway', 'POST /api/v1/orders', 'server', -1],
  ['orders', 'create_order', 'server', 0],
  ['inventory', 'reserve', 'server', 1],
  ['payments', 'authorise', 'server', 1],
  ['payments', 'POST pay.internal', 'client', 3],
  ['orders', 'INSERT orders', 'client', 1],
  ['inventory', 'SELECT stock', 'client', 2],
  ['通知服务', '发送通知', 'consumer', 1],
] as const;

export function isFailed(trace: number): boolean {
  return random(trace, 20) < 0.12;
}

/** How long trace `trace` takes, ms. */
function durationOf(trace: number): number {
  return 20 * 10 ** (random(trace, 21) * 2) * (isFailed(trace) ? 4 : 1);
}

/** The spans of trace `trace`; a third of the traces run the inventory part several times. */
export function spansOf(trace: number): Span[] {
  const total = durationOf(trace);
  const fan = random(trace, 22) < 0.33 ? 24 : 1;
  const plan: (readonly [string, string, Span['kind'], number])[] = [...steps];
  for (let copy = 1; copy < fan; copy++) plan.push(['inventory', `SELECT stock WHERE sku = ${copy}`, 'client', 2]);
  const starts: number[] = [];
  const widths: number[] = [];
  return plan.map(([service, name, kind, parent], number) => {
    const inside = parent < 0 ? total : widths[parent]!;
    const start = parent < 0 ? 0 : starts[parent]! + inside * (0.04 + random(trace * 97 + number, 23) * 0.5);
    const width =
      parent < 0 ? total : (inside - (start - starts[parent]!)) * (0.3 + random(trace * 97 + number, 24) * 0.6);
    starts.push(start);
    widths.push(width);
    const failed = isFailed(trace) && (number === 4 || number === 3 || number === 0);
    const startMillis = traceStart(trace) + start;
    const time = nanosOf(startMillis);
    return {
      id: `${time}.1.${trace * 64 + number}`,
      traceId: traceIdOf(trace),
      spanId: spanIdOf(trace, number),
      ...(parent >= 0 && { parentId: spanIdOf(trace, parent) }),
      service,
      name,
      kind,
      status: failed ? 'error' : 'unset',
      statusMessage: failed ? 'PaymentTimeout' : '',
      start: time,
      duration: String(Math.max(1000, Math.floor(width * 1e6))),
      traceState: '',
      scope: 'opentelemetry.instrumentation.flask',
      attributes: [
        { name: 'http.status_code', kind: 'int', value: failed ? '504' : '200' },
        { name: 'user.id', kind: 'int', value: String(trace % 500) },
      ],
      resource: { 'service.name': service, 'host.name': 'web-1' },
      events: failed
        ? [{ time: nanosOf(startMillis + width * 0.9), name: 'exception', attributes: [] }]
        : number === 1
          ? [
              {
                time: nanosOf(startMillis + width * 0.3),
                name: 'stock.checked',
                attributes: [{ name: 'sku', kind: 'string', value: '键盘-01' }],
              },
            ]
          : [],
      links:
        number === 7 ? [{ traceId: traceIdOf((trace + 1) % TRACES), spanId: '', traceState: '', attributes: [] }] : [],
      ...(failed &&
        number !== 0 && {
          exception: {
            type: 'shop.payments.PaymentTimeout',
            message: '支付超时',
            stack: paymentTraceback,
            group: '00c0ffee00c0ffee',
          },
        }),
      weight: 1,
    };
  });
}
