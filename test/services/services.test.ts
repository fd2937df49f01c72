// Real Python services send what they send today; every line, span and sample of theirs comes back by the API, counted one by one.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import type { LogRow, LogSearchResponse } from '../../src/api/logs.ts';
import type { MetricRangeResponse } from '../../src/api/metrics.ts';
import type { Span } from '../../src/api/traces.ts';
import { startServer, type HolterServer } from '../support/holter-server.ts';
import { need, needShared } from '../support/need.ts';

const runFile = promisify(execFile);
const here = import.meta.dirname;
const PATIENCE_MILLIS = 60_000;
const PROGRAM_MILLIS = 240_000;
const REQUESTS = 60;
const LINES = 400;

const running: HolterServer[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.remove();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function start(flags: readonly string[] = [], zone = 'UTC'): Promise<HolterServer> {
  const server = await startServer({ flags, environment: { TZ: zone } });
  running.push(server);
  return server;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holter-services-'));
  folders.push(folder);
  return folder;
}

async function runPython(
  python: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<string> {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...environment };
  const { stdout } = await runFile(python, [...args], { env, maxBuffer: 1 << 26, timeout: PROGRAM_MILLIS });
  return stdout;
}

async function ask<T>(server: HolterServer, path: string, body?: unknown): Promise<T> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${server.url}/api/holter/v1${path}`, body === undefined ? {} : init);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** All rows of a service, page by page, once there are at least `count`. */
async function readLogs(server: HolterServer, service: string, count: number): Promise<LogRow[]> {
  const deadline = Date.now() + PATIENCE_MILLIS;
  for (;;) {
    const rows: LogRow[] = [];
    let cursor: string | undefined;
    do {
      const selection = { from: 'now-1d', to: 'now', service: [service], limit: 37, order: 'oldest', cursor };
      const page: LogSearchResponse = await ask<LogSearchResponse>(server, '/logs/search', selection);
      rows.push(...page.rows);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    if (rows.length >= count || Date.now() > deadline) return rows;
    await sleep(300);
  }
}

const attribute = (row: LogRow, name: string): unknown => row.attributes.find((one) => one.name === name)?.value;
const sorted = (texts: readonly string[]): string[] => texts.toSorted();

interface FlaskSent {
  readonly logs: readonly { body: string; traceId: string; level: string }[];
  readonly spans: readonly {
    traceId: string;
    spanId: string;
    parentId: string;
    name: string;
    start: string;
    duration: string;
    events: number;
  }[];
  readonly counter: number;
}

for (const protocol of ['grpc', 'http'] as const) {
  test(`Flask with the OpenTelemetry SDK over ${protocol}: every log line, span and count`, async (context) => {
    const python = need(context, 'otel');
    const server = await start();
    const endpoint = protocol === 'grpc' ? server.otlpGrpc : server.otlpHttp;
    const output = await runPython(python, [join(here, 'flask_service.py'), protocol, endpoint, String(REQUESTS)]);
    const sent = JSON.parse(output) as FlaskSent;
    const service = `flask-${protocol}`;

    const rows = await readLogs(server, service, sent.logs.length);
    const key = (body: string, traceId: string | undefined, level: string): string => `${body} ${traceId} ${level}`;
    expect(sorted(rows.map((row) => key(row.body, row.traceId, row.level)))).toEqual(
      sorted(sent.logs.map((log) => key(log.body, log.traceId, log.level.toLowerCase()))),
    );
    const failed = rows.filter((row) => row.level === 'error');
    expect(failed.length).toBe(REQUESTS / 10);
    expect(
      failed.every((row) => row.exception?.type === 'ValueError' && row.exception.stack.includes('库存不足')),
    ).toBe(true);
    expect(new Set(failed.map((row) => row.exception?.group)).size).toBe(1);
    expect(rows.every((row) => row.resource['team'] === '订单组')).toBe(true);

    const spans: Span[] = [];
    const traceIds = new Set(sent.spans.map((span) => span.traceId));
    for (const traceId of traceIds) spans.push(...(await ask<{ spans: Span[] }>(server, `/traces/${traceId}`)).spans);
    const about = (span: {
      traceId: string;
      spanId: string;
      parentId?: string | undefined;
      name: string;
      start: string;
      duration: string;
    }): string => [span.traceId, span.spanId, span.parentId ?? '', span.name, span.start, span.duration].join(' ');
    expect(sorted(spans.map(about))).toEqual(sorted(sent.spans.map(about)));
    expect(spans.filter((span) => span.events.length > 0).length).toBe(
      sent.spans.filter((span) => span.events > 0).length,
    );

    const oneTrace = sent.logs[0]!.traceId;
    const linked = await ask<{ rows: LogRow[] }>(server, `/traces/${oneTrace}/logs`);
    expect(sorted(linked.rows.map((row) => row.body))).toEqual(
      sorted(sent.logs.filter((log) => log.traceId === oneTrace).map((log) => log.body)),
    );

    const matchers = [
      { name: '__name__', op: 'eq', value: 'shop_orders_total' },
      { name: 'job', op: 'eq', value: service },
    ];
    const range = await ask<MetricRangeResponse>(server, '/metrics/range', {
      matchers,
      from: 'now-1h',
      to: 'now',
      maxPoints: 100,
    });
    expect(range.series.map((series) => series.labels['kind'])).toEqual(['普通']);
    expect(range.series[0]!.values.at(-1)).toBe(sent.counter);
  });
}

interface SeedLine {
  readonly body: string;
  readonly from: number;
  readonly to: number;
  readonly error: boolean;
}

for (const zone of ['Asia/Shanghai', 'Asia/Kolkata']) {
  for (const seed of ['json_formatter', 'logging_config'] as const) {
    test(`${seed}.py unchanged, into a file that rotates, under TZ=${zone}`, async (context) => {
      const python = need(context, 'otel');
      const seeds = needShared(context, 'seeds');
      const folder = temporaryFolder();
      const server = await start(['--tail', join(folder, '*.log*')], zone);
      const args = [join(here, 'seed_logs.py'), seed, seeds, join(folder, 'app.log'), String(LINES)];
      const sent = JSON.parse(await runPython(python, args, { TZ: zone })) as SeedLine[];
      const [service] = seed === 'json_formatter' ? ['my-python-app'] : ['app'];
      const rows = await readLogs(server, service, LINES);
      expect(sorted(rows.map((row) => row.body))).toEqual(sorted(sent.map((line) => line.body)));
      const byBody = new Map(rows.map((row) => [row.body, row]));
      for (const [number, line] of sent.entries()) {
        const row = byBody.get(line.body)!;
        const seconds = Number(BigInt(row.time) / 1000n) / 1e6;
        expect(seconds, line.body).toBeGreaterThanOrEqual(line.from - 0.01);
        expect(seconds, line.body).toBeLessThanOrEqual(line.to + 0.01);
        expect(row.level).toBe(line.error ? 'error' : 'info');
        expect(attribute(row, 'request_id')).toBe(`req-${number}`);
        if (line.error)
          expect([row.exception?.type, row.exception?.message]).toEqual(['KeyError', `'missing-${number}'`]);
      }
    });
  }
}

test('prometheus_client scraped: the samples are the ones that it exposes', async (context) => {
  const python = need(context, 'otel');
  const folder = temporaryFolder();
  const script =
    'import sys, time\nfrom prometheus_client import Counter, Histogram, start_http_server\n' +
    "c = Counter('jobs', '任务', ['kind'])\nh = Histogram('seconds', 'time', buckets=[1, 5])\n" +
    "for n in range(7): c.labels('普通').inc(); h.observe(n)\n" +
    'server, thread = start_http_server(0, "127.0.0.1")\nprint(server.server_port, flush=True)\nsys.stdin.read()\n';
  writeFileSync(join(folder, 'target.py'), script);
  const child = execFile(python, [join(folder, 'target.py')]);
  try {
    const port = Number(await new Promise<string>((resolve) => child.stdout!.once('data', resolve)));
    const config = `global: { scrape_interval: 1s }\nscrape_configs:\n  - job_name: py\n    static_configs: [{ targets: ['127.0.0.1:${port}'] }]\n`;
    writeFileSync(join(folder, 'prometheus.yml'), config);
    const server = await start([join(folder, 'prometheus.yml')]);
    const last = async (name: string): Promise<Record<string, unknown>> => {
      const matchers = [{ name: '__name__', op: 'eq', value: name }];
      const { series } = await ask<MetricRangeResponse>(server, '/metrics/range', {
        matchers,
        from: 'now-1h',
        to: 'now',
        maxPoints: 100,
      });
      return Object.fromEntries(
        series.map(({ labels, values }) => [labels['le'] ?? labels['kind'] ?? '', values.at(-1)]),
      );
    };
    // On a busy machine a scrape may run out of time: the next one has them again.
    await expect.poll(() => last('up')).toEqual({ '': 1 });
    await expect.poll(() => last('jobs_total')).toEqual({ 普通: 7 });
    await expect.poll(() => last('seconds_bucket')).toEqual({ '1.0': 2, '5.0': 6, '+Inf': 7 });
    await expect.poll(() => last('seconds_sum')).toEqual({ '': 21 });
  } finally {
    child.kill();
  }
});
