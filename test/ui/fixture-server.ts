// Answers the server's contract with the data of fixture-data.ts and serves dist/ui: what the browser tests and the screenshots run against
// when nothing else does. `node bin/run.js test/ui/fixture-server.ts PORT` runs it alone.
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { LogSearchInput, SeverityGroup } from '../../src/api/logs.ts';
import type { LedgerCounts, Source } from '../../src/api/sources.ts';
import type { TraceSearchInput, TraceSummary } from '../../src/api/traces.ts';
import { readDashboardFile } from '../../src/server/dashboards/dashboard-library.ts';
import { everyPanelText, seedText } from './fixture-dashboards.ts';
import { cardinality, metricNames, metricSeries } from './fixture-metrics.ts';
import { operations, serviceGraph } from './fixture-operations.ts';
import { rulesAnswer, serveFixturePrometheus } from './fixture-prometheus.ts';
import {
  anchor,
  factsOf,
  HOUR,
  indexOfId,
  indexOfTime,
  logRowOf,
  random,
  ROWS,
  spansOf,
  timeOf,
  traceIdOf,
  TRACES,
  traceStart,
  type RowFacts,
} from './fixture-data.ts';

/** `empty`: nobody ever sent anything. `broken`: the store is down and the ledger does not balance. `locked`: a token is asked for, "secret". */
export type FixtureMode = 'normal' | 'empty' | 'broken' | 'locked';

export interface Fixture {
  readonly url: string;
  /** Requests that came, "METHOD path". */
  readonly requests: string[];
  setMode(mode: FixtureMode): void;
  close(): Promise<void>;
}

const budgetBreaches = [
  {
    metric: 'http_requests_total',
    limit: 900,
    series: 900,
    refused: 512,
    label: 'user_id',
    values: ['u-100412', '用户7'],
    since: '1795939729247000000',
  },
];

const dist = resolve(import.meta.dirname, '../../dist/ui');
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};
const statistics = { rowsRead: ROWS, bytesRead: ROWS * 40, milliseconds: 3.2 };
const milli = (nanos: unknown): number => Number(BigInt(String(nanos)) / 1_000_000n);

function fieldOf(facts: RowFacts, field: string): string | number | boolean | undefined {
  if (field === 'service') return facts.service;
  if (field === 'body') return facts.body;
  if (field === 'logger') return `shop.${facts.service}`;
  return facts.attributes[field];
}

type Selection = Pick<LogSearchInput, 'from' | 'to' | 'service' | 'level' | 'text' | 'filters' | 'traceId'>;

function matches(facts: RowFacts, wanted: Selection): boolean {
  if (wanted.service !== undefined && !wanted.service.includes(facts.service)) return false;
  if (wanted.level !== undefined && !wanted.level.includes(facts.level)) return false;
  if (wanted.traceId !== undefined && (facts.trace === undefined || traceIdOf(facts.trace) !== wanted.traceId))
    return false;
  const body = facts.body.toLowerCase();
  if (
    wanted.text !== undefined &&
    !wanted.text
      .toLowerCase()
      .split(/\s+/)
      .every((word) => body.includes(word))
  )
    return false;
  return (wanted.filters ?? []).every(({ field, op, value }) => {
    const found = fieldOf(facts, field);
    if (op === 'exists') return found !== undefined;
    if (op === 'missing') return found === undefined;
    if (op === 'ne') return String(found) !== String(value);
    if (found === undefined) return false;
    if (op === 'eq') return String(found) === String(value);
    if (op === 'contains') return String(found).includes(String(value));
    if (op === 'regex') return new RegExp(String(value)).test(String(found));
    return { gt: found > value!, gte: found >= value!, lt: found < value!, lte: found <= value! }[op];
  });
}

function* selected(wanted: Selection, from = 0): Generator<number> {
  const first = Math.max(from, Math.ceil(indexOfTime(milli(wanted.to ?? `${Date.now()}000000`))));
  const last = Math.min(ROWS, Math.ceil(indexOfTime(milli(wanted.from ?? '0'))));
  for (let index = Math.max(0, first); index < last; index++) if (matches(factsOf(index), wanted)) yield index;
}

function searchLogs(wanted: LogSearchInput): unknown {
  const limit = wanted.limit ?? 100;
  const found: number[] = [];
  for (const index of selected(wanted, Number(wanted.cursor ?? 0))) {
    found.push(index);
    if (found.length > limit) break;
  }
  const hasMore = found.length > limit;
  return {
    rows: found.slice(0, limit).map(logRowOf),
    ...(hasMore && { nextCursor: String(found[limit]) }),
    statistics,
  };
}

function countLogs(wanted: Selection & { buckets?: number }): unknown {
  const [from, to] = [milli(wanted.from), milli(wanted.to)];
  const buckets = wanted.buckets ?? 100;
  const interval = Math.max(1, Math.ceil((to - from) / buckets));
  const groups = new Map<SeverityGroup, number[]>();
  let total = 0;
  for (const index of selected(wanted)) {
    const { level } = factsOf(index);
    const counts = groups.get(level) ?? Array.from({ length: buckets }, () => 0);
    counts[Math.min(buckets - 1, Math.floor((timeOf(index) - from) / interval))]! += 1;
    groups.set(level, counts);
    total++;
  }
  const entries = [...groups].map(([group, counts]) => ({ group, counts }));
  return {
    start: `${Math.floor(from)}000000`,
    interval: String(interval * 1e6),
    groups: entries,
    total,
    sampled: false,
    statistics,
  };
}

function topValues(wanted: Selection & { field: string; limit?: number }): unknown {
  const counts = new Map<string, number>();
  let total = 0;
  for (const index of selected(wanted)) {
    const value = fieldOf(factsOf(index), wanted.field);
    if (value === undefined) continue;
    counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
    total++;
  }
  const values = [...counts]
    .map(([value, count]) => ({ value, count }))
    .toSorted((one, other) => other.count - one.count);
  return { values: values.slice(0, wanted.limit ?? 10), total, statistics };
}

function summaryOf(trace: number): TraceSummary {
  const spans = spansOf(trace);
  const services = Map.groupBy(spans, (span) => span.service);
  return {
    traceId: traceIdOf(trace),
    rootService: spans[0]!.service,
    rootOperation: spans[0]!.name,
    rootMissing: false,
    start: spans[0]!.start,
    duration: spans[0]!.duration,
    spans: spans.length,
    errors: spans.filter((span) => span.status === 'error').length,
    services: [...services].map(([service, own]) => ({
      service,
      spans: own.length,
      errors: own.filter((span) => span.status === 'error').length,
    })),
  };
}

const traceNumbers = Array.from({ length: TRACES }, (_, trace) => trace);

function searchTraces(wanted: TraceSearchInput): unknown {
  const [from, to] = [milli(wanted.from), milli(wanted.to)];
  const longer = Number.parseFloat(wanted.minDuration ?? '0') * 1e6;
  const shorter = Number.parseFloat(wanted.maxDuration ?? '1e15') * 1e6;
  const found = traceNumbers.filter((trace) => {
    const start = traceStart(trace);
    if (start < from || start > to) return false;
    return spansOf(trace).some(
      (span) =>
        (wanted.service === undefined || span.service === wanted.service) &&
        (wanted.operation === undefined || span.name === wanted.operation) &&
        (wanted.status === undefined || (wanted.status === 'error') === (span.status === 'error')) &&
        Number(span.duration) >= longer &&
        Number(span.duration) <= shorter &&
        (wanted.filters ?? []).every((filter) =>
          span.attributes.some(
            (attribute) => attribute.name === filter.field && String(attribute.value) === String(filter.value),
          ),
        ),
    );
  });
  const start = Number(wanted.cursor ?? 0);
  const page = found.slice(start, start + (wanted.limit ?? 50));
  const next = start + page.length;
  return { traces: page.map(summaryOf), ...(next < found.length && { nextCursor: String(next) }), statistics };
}

function traceLogs(traceId: string): unknown {
  const wanted = { from: `${anchor - HOUR}000000`, to: `${anchor}000000`, filters: [], traceId };
  return { rows: [...selected(wanted)].slice(0, 60).map(logRowOf).toReversed(), truncated: false, statistics };
}

const counts = (received: number, other: Partial<LedgerCounts> = {}): LedgerCounts => {
  const rest = {
    sampledAway: 0,
    quarantined: 0,
    refused: 0,
    deduplicated: 0,
    expired: 0,
    inSpool: 0,
    clamped: 0,
    ...other,
  };
  const elsewhere =
    rest.sampledAway + rest.quarantined + rest.refused + rest.deduplicated + rest.expired + rest.inSpool;
  return {
    received,
    stored: received - elsewhere,
    ...rest,
    ...(other.stored !== undefined && { stored: other.stored }),
  };
};

function sources(mode: FixtureMode): Source[] {
  const now = `${Date.now()}000000`;
  const beat = Math.floor((Date.now() - anchor) / 100);
  const jitter = Math.floor(Math.sin(beat / 17) * 60 + random(Math.floor(beat / 20), 40) * 80);
  const base = { firstSeen: `${anchor - HOUR}000000`, lastSeen: now, lastErrors: [] };
  // The server tells of its own machine from the first minute on.
  if (mode === 'empty') return [{ ...base, source: 'holter:web-1', rowsPerSecond: 20, ledger: counts(480) }];
  return [
    {
      ...base,
      source: 'otlp/grpc',
      rowsPerSecond: 412.4,
      ledger: counts(1_482_113 + beat * 41 + jitter, { deduplicated: 1200, inSpool: 640 }),
    },
    {
      ...base,
      source: 'otlp/http',
      rowsPerSecond: 96.1,
      ledger: counts(345_200 + beat * 9, { refused: mode === 'broken' ? 4120 : 0, inSpool: 120 }),
    },
    {
      ...base,
      source: 'tail:/var/log/shop/payments.log',
      rowsPerSecond: 33.3,
      ledger: counts(120_000 + beat * 3, { quarantined: 14, expired: 2, clamped: 3 }),
      clock: {
        zone: 'Asia/Shanghai (UTC+08:00)',
        reason: 'naive times of 512 lines lie 0.2 s from their arrival when read so, 8 h off as UTC',
      },
      lastErrors: [
        { time: now, reason: 'not valid UTF-8 at byte 118', sample: '{"msg": "caf\\xe9 …"}' },
        {
          time: `${Date.now() - 61_000}000000`,
          reason: 'JSON ends inside a string',
          sample: '{"level": "INFO", "message": "订单 …',
        },
      ],
    },
    { ...base, source: 'scrape:shop/gateway:9100', rowsPerSecond: 18, ledger: counts(64_800 + beat * 2) },
    {
      ...base,
      source: 'tcp:127.0.0.1:5170',
      rowsPerSecond: 0,
      lastSeen: `${anchor - 1_200_000}000000`,
      ledger: counts(9000, mode === 'broken' ? { stored: 8988 } : { sampledAway: 3000 }),
    },
  ];
}

function status(mode: FixtureMode): unknown {
  return {
    version: '0.1.0',
    node: '24.21.0',
    started: `${anchor - 2 * HOUR}000000`,
    now: `${Date.now()}000000`,
    addresses: [
      { name: 'http', address: '127.0.0.1:7070', state: 'open' },
      { name: 'otlp/grpc', address: '127.0.0.1:4317', state: 'open' },
      { name: 'otlp/http', address: '127.0.0.1:4318', state: 'open' },
    ],
    ready: true,
    degraded: mode === 'broken' ? [{ component: 'spool', reason: '312 MiB wait for the store' }] : [],
    store: { state: mode === 'broken' ? 'down' : 'up', restarts: mode === 'broken' ? 2 : 0 },
    tails: 0,
    hasData: mode !== 'empty',
  };
}

const table = (name: string, rows: number, bytes: number, textIndexBytes = 0, rawBytes = 0): object => ({
  table: name,
  rows,
  bytes,
  columnBytes: bytes - textIndexBytes - rawBytes,
  textIndexBytes,
  rawBytes,
  uncompressedBytes: bytes * 9,
});

const storage = {
  tables: [
    table('logs', 1_605_300, 58_400_000, 14_200_000, 2_100_000),
    table('spans', 345_000, 16_900_000),
    table('samples', 12_441_600, 7_300_000),
    table('series', 2310, 184_000),
    table('resources', 24, 9200),
  ],
  partitions: [
    { table: 'logs', day: new Date(anchor - 86_400_000).toISOString().slice(0, 10), retention: 0, rows: 1, bytes: 1 },
  ],
  spool: { bytes: 4_200_000, budgetBytes: 4_294_967_296, segments: 2 },
  disk: { path: '/var/lib/holter', totalBytes: 64_000_000_000, freeBytes: 41_000_000_000 },
  retention: { logs: 604_800, traces: 259_200, metrics: 7_776_000 },
};

const firstSteps = {
  steps: [
    {
      id: 'opentelemetry',
      language: 'sh',
      text: 'pip install opentelemetry-distro opentelemetry-exporter-otlp\nOTEL_SERVICE_NAME=orders OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317 \\\n  opentelemetry-instrument python app.py',
    },
    { id: 'log-files', language: 'sh', text: "npx holter server --tail '/var/log/*.log'" },
  ],
};

const fields = ['service', 'logger', 'user.id', 'http.route', 'duration_ms', 'retryable'];

type Answer = (body: never, url: URL) => unknown;

function answers(mode: () => FixtureMode): Readonly<Record<string, Answer>> {
  return {
    '/logs/search': searchLogs as Answer,
    '/logs/histogram': countLogs as Answer,
    '/logs/top-values': topValues as Answer,
    '/logs/fields': () => ({
      fields: fields.map((field, place) => ({ field, kind: 'string', rows: ROWS - place * 7 })),
      statistics,
    }),
    '/traces/search': searchTraces as Answer,
    '/services': () => ({
      services: ['gateway', 'orders', 'payments', 'inventory', '通知服务'].map((service, place) => ({
        service,
        logs: 24_000,
        spans: 3200 - place * 400,
        spanErrors: service === 'payments' ? 96 : 0,
        logErrors: 40,
      })),
      statistics,
    }),
    '/operations': (_, url) => operations(url.searchParams),
    '/services/graph': () => serviceGraph,
    '/metrics/names': () => ({ metrics: metricNames, truncated: false, statistics }),
    '/metrics/range': metricSeries as Answer,
    '/metrics/cardinality': () => cardinality,
    '/sources': () => ({ sources: sources(mode()), budgetBreaches }),
    '/storage': () => storage,
    '/status': () => status(mode()),
    '/first-steps': () => firstSteps,
    '/session': () => ({
      required: mode() === 'locked',
      signedIn: mode() !== 'locked',
      permissions: mode() === 'locked' ? [] : ['query'],
      administrator: false,
    }),
  };
}

/** Answers of the paths that carry an id; undefined for any other path. */
function answerById(path: string): unknown {
  const [, first, second, third] = path.split('/');
  if (first === 'logs' && second === 'row') return logRowOf(indexOfId(third ?? ''));
  if (first === 'logs' && second === 'around') {
    const middle = indexOfId(third ?? '');
    const { service } = factsOf(middle);
    const near = (step: number): object[] => {
      const found: number[] = [];
      for (let index = middle + step; index >= 0 && index < ROWS && found.length < 100; index += step) {
        if (factsOf(index).service === service) found.push(index);
      }
      return found.map(logRowOf);
    };
    return { before: near(1).toReversed(), row: logRowOf(middle), after: near(-1), statistics };
  }
  const trace = traceNumbers.find((number) => traceIdOf(number) === second);
  if (first !== 'traces' || trace === undefined) return undefined;
  if (third === 'logs') return traceLogs(second ?? '');
  const spans = spansOf(trace);
  return { traceId: second, start: spans[0]!.start, duration: spans[0]!.duration, spans, truncated: false, statistics };
}

function tail(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  let sent = 0;
  const timer = setInterval(() => {
    const now = Date.now();
    const rows = Array.from({ length: 4 }, (_, place) => {
      const row = logRowOf((sent * 4 + place) % ROWS);
      const time = `${now + place}000000`;
      return {
        ...row,
        id: `${time}.1.${2_000_000 + sent * 4 + place}`,
        time,
        body: `live ${sent * 4 + place} ${row.body}`,
      };
    });
    sent++;
    response.write(`event: rows\ndata: ${JSON.stringify({ rows })}\n\n`);
    if (sent % 8 === 0) response.write(`event: skipped\ndata: {"count":17}\n\n`);
  }, 200);
  response.on('close', () => clearInterval(timer));
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : JSON.parse(text);
}

/** The server's own code answers. */
async function forward(app: FastifyInstance, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const answer = await app.inject({
    method: request.method as 'GET',
    url: request.url ?? '/',
    headers: {
      host: '127.0.0.1:7070',
      ...(chunks.length > 0 && { 'content-type': request.headers['content-type'] ?? '' }),
    },
    ...(chunks.length > 0 && { payload: Buffer.concat(chunks) }),
  });
  response.writeHead(answer.statusCode, { 'content-type': String(answer.headers['content-type']) });
  response.end(answer.rawPayload);
}

function serveFile(path: string, response: ServerResponse): void {
  const file = join(dist, path.slice('/ui/'.length));
  const found = file.startsWith(dist) && extname(file) !== '' && existsSync(file) ? file : join(dist, 'index.html');
  response.writeHead(200, { 'content-type': types[extname(found)] ?? 'application/octet-stream' });
  response.end(readFileSync(found));
}

/** Starts the fixture on a free port (or `port`) of the loopback address. */
export async function startFixture(port = 0): Promise<Fixture> {
  let mode: FixtureMode = 'normal';
  const requests: string[] = [];
  const table = answers(() => mode);
  const prometheus = await serveFixturePrometheus();
  const library = prometheus.test.dashboards;
  const file = readDashboardFile({ path: '/etc/holter/dashboard.json', text: seedText });
  if (file.ok) library.setFiles([file.value]);
  await library.import(everyPanelText, true);
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://fixture');
    if (url.pathname === '/api/v1/rules') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(mode === 'empty' ? { status: 'success', data: { groups: [] } } : rulesAnswer()));
      return;
    }
    if (/^\/api\/(?:v1|holter\/v1\/(?:dashboards|queries))(?:\/|$)/.test(url.pathname)) {
      requests.push(`${request.method} ${url.pathname}`);
      return forward(prometheus.test.app, request, response);
    }
    if (!url.pathname.startsWith('/api/holter/v1/')) return serveFile(url.pathname, response);
    const path = url.pathname.slice('/api/holter/v1'.length);
    requests.push(`${request.method} ${path}`);
    if (path === '/logs/tail') return tail(response);
    const body = await readBody(request);
    if (path === '/session' && request.method === 'POST' && (body as { token: string }).token === 'secret')
      mode = 'normal';
    if (mode === 'locked' && !(path === '/session' && request.method === 'GET')) {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code: 'TOKEN_UNKNOWN', message: 'this token is not known' } }));
      return;
    }
    const answer = table[path] === undefined ? answerById(path) : table[path](body as never, url);
    const found = answer !== undefined;
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ? answer : { error: { code: 'NOT_FOUND', message: `nothing at ${path}` } }));
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code: 'FIXTURE', message: String(error) } }));
    });
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    setMode: (next) => {
      mode = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => {
        server.close(done);
      });
      await prometheus.test.close();
    },
  };
}

if (process.argv[1] === import.meta.filename) console.log((await startFixture(Number(process.argv[2] ?? 7071))).url);
