import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CodedError } from '../../base/coded-error.ts';
import { parsePrometheusConfig, type ScrapeJob } from '../../config/prometheus/scrape-config.ts';
import { FLOAT_SCALE } from '../../model/metric-columns.ts';
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import type { Accepted, DecodeContext, FrameInput, Intake } from '../intake.ts';
import { until } from '../tail/tail.case.ts';
import { encodeScrapeBody } from './scrape-body.ts';
import { scrapeFrame } from './scrape-frame.ts';
import { targetsOf } from './scrape-target.ts';
import { Scraper } from './scraper.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let handler: Handler = (_request, response) => void response.end();
let address = '';
let scraper: Scraper;
let frames: FrameInput[] = [];
let full = false;

const intake: Intake = {
  accept(frame): Promise<Accepted> {
    if (full) return Promise.reject(new CodedError('SPOOL_FULL', 503, 'full', { retryAfterSeconds: 0.01 }));
    frames.push(frame);
    return Promise.resolve({ ...decode(frame, new TelemetryBlock()), duplicate: false });
  },
  refuse: () => undefined,
};

beforeEach(async () => {
  server = createServer((request, response) => handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  scraper = new Scraper(intake);
  frames = [];
  full = false;
});

afterEach(async () => {
  await scraper.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const jobs = (settings = '', targets = address): readonly ScrapeJob[] =>
  parsePrometheusConfig(`scrape_configs:
- job_name: app
  scrape_interval: 100ms
  scrape_timeout: 90ms
  ${settings}
  static_configs: [{ targets: ['${targets}'], labels: { env: 生产 } }]`).config!.jobs;

function contextOf(frame: FrameInput): DecodeContext {
  const expiredBefore = { logs: 0n, spans: 0n, metrics: 0n };
  // As the spool would give it back.
  const meta = JSON.parse(JSON.stringify(frame.meta)) as Record<string, unknown>;
  return { source: frame.source, received: frame.received, meta, expiredBefore };
}

const decode = (frame: FrameInput, block: TelemetryBlock): ReturnType<typeof scrapeFrame.decode> =>
  scrapeFrame.decode(frame.body, contextOf(frame), block);

/** Samples of frames as text: labels value @time. */
function samplesOf(...list: FrameInput[]): string[] {
  const block = new TelemetryBlock();
  for (const frame of list) decode(frame, block);
  const { samples, series } = block;
  const names = new Map<bigint, string>();
  for (let row = 0; row < series.rows; row++) {
    const [start, end] = series.labels.entriesOf(row);
    const labels = Array.from({ length: end - start }, (_, i) => {
      return `${series.labels.keys.get(start + i)}=${series.labels.values.get(start + i)}`;
    });
    names.set(series.series.get(row), `${series.metric.get(row)}{${labels.join(',')}}`);
  }
  return Array.from({ length: samples.rows }, (_, row) => {
    const scale = samples.scale.get(row);
    const bits = Buffer.from(samples.float.at(row)).toString('hex');
    const exact = bits === '020000000000f07f' ? 'stale' : String(samples.float.get(row));
    const value = scale === FLOAT_SCALE ? exact : String(Number(samples.mantissa.get(row)) / 10 ** scale);
    return `${names.get(samples.series.get(row))} ${value}`;
  });
}

const own = (lines: readonly string[]): string[] =>
  lines.filter((line) => !/^(?:up|scrape_)/.test(line)).map((line) => line.replace(`,instance=${address},job=app`, ''));
const report = (lines: readonly string[], name: string): string | undefined =>
  lines
    .find((line) => line.startsWith(`${name}{`))
    ?.split(' ')
    .at(-1);
const came = (count: number): Promise<void> => until(() => frames.length >= count, `${count} scrapes came`);

test('text and OpenMetrics are asked for and read, packed or not', async () => {
  const asked: string[] = [];
  handler = (request, response) => {
    asked.push(
      `${request.headers.accept} ${String(request.headers['x-prometheus-scrape-timeout-seconds'])} ${request.url}`,
    );
    if (asked.length % 2 === 1) {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4', 'content-encoding': 'gzip' });
      response.end(gzipSync('# HELP a 库存\n# TYPE a gauge\na{k="值"} 1.5\nb 2\n'));
      return;
    }
    response.writeHead(200, { 'content-type': 'application/openmetrics-text; version=1.0.0' });
    response.end('# TYPE a gauge\na{k="值"} 3 # {trace_id="0af7651916cd43dd8448eb211c80319c"} 1\n# EOF\n');
  };
  await scraper.apply(jobs("params: { module: ['a b'] }\n  metrics_path: /m"));
  await came(2);
  expect(asked[0]).toMatch(
    /^application\/openmetrics-text;version=1\.0\.0;.*text\/plain;version=0\.0\.4.* 0\.09 \/m\?module=a\+b$/,
  );
  const first = samplesOf(frames[0]!);
  expect(own(first)).toEqual(['a{env=生产,k=值} 1.5', 'b{env=生产} 2'].map((text) => text.replace(/,?k=值/, (k) => k)));
  expect(
    ['up', 'scrape_samples_scraped', 'scrape_samples_post_metric_relabeling', 'scrape_series_added'].map((n) =>
      report(first, n),
    ),
  ).toEqual(['1', '2', '2', '2']);
  const second = samplesOf(frames[1]!);
  expect(own(second)).toEqual(['a{env=生产,k=值} 3', 'b{env=生产} stale']);
  expect(report(second, 'scrape_series_added')).toBe('0');
  expect(Number(report(second, 'scrape_duration_seconds'))).toBeGreaterThan(0);
});

test('times lie on the grid', async () => {
  handler = (_request, response) => void response.end('a 1\n');
  await scraper.apply(jobs('').map((job) => ({ ...job, interval: 500 })));
  await came(3);
  const { offset } = targetsOf(jobs('').map((job) => ({ ...job, interval: 500 })))[0]!;
  // On a machine that is late a scrape has its own time, but never one that is nearly on the grid.
  for (const { meta } of frames) {
    const beside = ((meta?.['time'] as number) - offset) % 500;
    expect(beside === 0 || beside > 20, String(beside)).toBe(true);
  }
});

test('a target that goes down, answers nonsense, too much, or never ends, is down, and its series end once', async () => {
  const answers: Handler[] = [
    (_request, response) => void response.end('a 1\n'),
    (_request, response) => void response.end('a 1\nnonsense{ 1\n'),
    (_request, response) => void response.writeHead(500).end('a 1\n'),
    (_request, response) => void response.end(`a 1\n# ${'x'.repeat(3000)}\n`),
    (_request, response) => {
      response.write('a 1\n');
    },
    (_request, response) => void response.end('a 2\n'),
  ];
  let count = 0;
  handler = (request, response) => answers[Math.min(count++, 5)]!(request, response);
  await scraper.apply(jobs('body_size_limit: 2KB'));
  await came(6);
  const lines = frames.slice(0, 6).map((frame) => samplesOf(frame));
  expect(lines.map(own)).toEqual([['a{env=生产} 1'], ['a{env=生产} stale'], [], [], [], ['a{env=生产} 2']]);
  expect(lines.map((list) => report(list, 'up'))).toEqual(['1', '0', '0', '0', '0', '1']);
});

test('says why a target is down', async () => {
  await scraper.apply(jobs('', '127.0.0.1:1'));
  await came(1);
  await until(() => scraper.targets[0]?.up === false, 'the target is down');
  expect(scraper.targets[0]?.lastError).toContain('ECONNREFUSED');
});

test('a target that is taken out ends its series; one that stays goes on', async () => {
  handler = (_request, response) => void response.end('a 1\n');
  await scraper.apply(jobs());
  await came(1);
  await scraper.apply(jobs());
  expect(scraper.targets[0]?.up).not.toBe(undefined);
  await scraper.apply([]);
  const last = samplesOf(frames.at(-1)!);
  expect(own(last)).toEqual(['a{env=生产} stale']);
  expect(last.filter((line) => line.endsWith(' stale'))).toHaveLength(6);
});

test('labels of both sides', async () => {
  handler = (_request, response) => void response.end('a{job="theirs",env="x",exported_env="y"} 1\n');
  await scraper.apply(jobs());
  await came(1);
  expect(own(samplesOf(frames[0]!))).toEqual([
    `a{env=生产,exported_env=y,exported_exported_env=x,exported_job=theirs} 1`,
  ]);
  await scraper.apply(jobs('honor_labels: true'));
  const before = frames.length;
  await came(before + 1);
  expect(samplesOf(frames.at(-1)!)[0]).toBe(`a{env=x,exported_env=y,instance=${address},job=theirs} 1`);
});

test('times in the answer count when they are honoured', async () => {
  const time = Date.now() - 5000;
  handler = (_request, response) => void response.end(`a 1 ${time}\nb 1 ${time + 10_000_000}\n`);
  await scraper.apply(jobs());
  await came(2);
  const block = new TelemetryBlock();
  const outcome = decode(frames[0]!, block);
  expect(outcome.counts).toMatchObject({ received: 7, stored: 6, refused: 1 });
  expect(block.samples.time.get(0)).toBe(BigInt(time));
  await scraper.apply(jobs('honor_timestamps: false'));
  const before = frames.length;
  await came(before + 2);
  const later = new TelemetryBlock();
  const last = frames.at(-1)!;
  decode(last, later);
  expect(later.samples.time.get(1)).toBe(BigInt(last.meta?.['time'] as number));
});

test('what ended while the intake was full is told with the next scrape', async () => {
  let count = 0;
  handler = (_request, response) => {
    count++;
    full = count === 2;
    response.end(count === 1 ? 'a 1\nb 1\n' : 'a 2\n');
  };
  await scraper.apply(jobs());
  await came(2);
  expect(own(samplesOf(frames[1]!))).toEqual(['a{env=生产} 2', 'b{env=生产} stale']);
  expect(scraper.targets[0]?.dropped).toBe(1);
});

test('decoding again gives the same, whatever was decoded between', () => {
  const meta = {
    time: 1_795_255_933_000,
    labels: [['job', 'j']],
    honorTimestamps: true,
    format: 'text',
    up: 1,
    samplesScraped: 2,
  };
  const received = 1n as FrameInput['received'];
  const frame = (answer: string, gone = ''): FrameInput => {
    const encoder = new TextEncoder();
    return {
      kind: 'scrape',
      source: 's',
      received,
      meta,
      body: encodeScrapeBody({ answer: encoder.encode(answer), gone: encoder.encode(gone) }),
    };
  };
  const one = frame('# TYPE h histogram\nh_bucket{le="1"} 2\nx{a="b"} 1\n', '{"h_bucket","le"="2.0","job"="j"} NaN\n');
  const lines = samplesOf(one);
  samplesOf(frame('y 1\nx{a="c"} 1\n'));
  expect(samplesOf(one)).toEqual(lines);
  expect(lines.slice(0, 3)).toEqual(['h_bucket{job=j,le=1.0} 2', 'x{a=b,job=j} 1', 'h_bucket{job=j,le=2.0} stale']);
  expect(() => samplesOf(frame('nonsense{'))).toThrow('1:');
});
