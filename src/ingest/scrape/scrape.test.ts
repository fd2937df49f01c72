import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CodedError } from '../../base/coded-error.ts';
import { parsePrometheusConfig } from '../../config/prometheus/prometheus-config.ts';
import type { ScrapeJob } from '../../config/prometheus/scrape-job.ts';
import { FLOAT_SCALE } from '../../model/metric-columns.ts';
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import type { Accepted, DecodeContext, FrameInput, Intake } from '../intake.ts';
import { until } from '../tail/tail.case.ts';
import { encodeScrapeBody } from './scrape-body.ts';
import { scrapeFrame } from './scrape-frame.ts';
import { Scraper } from './scraper.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let handler: Handler = (_request, response) => void response.end();
let address = '';
let scraper: Scraper;
let frames: FrameInput[] = [];
let full = false;
let problems: string[] = [];

const intake: Intake = {
  accept(frame): Promise<Accepted> {
    if (full) return Promise.reject(new CodedError('SPOOL_FULL', 503, 'full', { retryAfterSeconds: 0.01 }));
    frames.push(frame);
    return Promise.resolve({ ...decode(frame, new TelemetryBlock()), duplicate: false });
  },
  refuse: () => undefined,
};

beforeEach(async () => {
  server = createServer((request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  scraper = new Scraper({ intake, report: (problem) => problems.push(problem) });
  frames = [];
  full = false;
  problems = [];
});

afterEach(async () => {
  await scraper.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Has patience: a busy machine answers late. */
const jobs = (settings = '', targets = address): readonly ScrapeJob[] =>
  parsePrometheusConfig(`scrape_configs:
- job_name: app
  scrape_interval: 1s
  scrape_timeout: 1s
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
    /^application\/openmetrics-text;version=1\.0\.0;.*text\/plain;version=0\.0\.4.* 1 \/m\?module=a\+b$/,
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
  await scraper.apply(jobs('').map((job) => ({ ...job, interval: 500, timeout: 500 })));
  await came(3);
  const times = frames.map(({ meta }) => meta?.['time'] as number);
  const offset = times.find((time) => times.filter((other) => (other - time) % 500 === 0).length > 1)! % 500;
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
  await until(() => scraper.activeTargets()[0]?.health === 'down', 'the target is down');
  expect(scraper.activeTargets()[0]?.lastError).toContain('ECONNREFUSED');
});

test('a target that is taken out ends its series; one that stays goes on', async () => {
  handler = (_request, response) => void response.end('a 1\n');
  await scraper.apply(jobs());
  await came(1);
  await scraper.apply(jobs());
  expect(scraper.activeTargets()[0]?.health).not.toBe('unknown');
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
  expect(scraper.lostScrapes()).toBe(1);
});

test('decoding again gives the same, whatever was decoded between', () => {
  const meta = {
    time: 1_795_255_933_000,
    labels: [['job', 'j']],
    honorTimestamps: true,
    format: 'text',
    report: [['up', 1]],
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

/** Names of the series of a frame, without what stands on all of them. */
const names = (frame: FrameInput): string[] => own(samplesOf(frame)).map((line) => line.replace('{env=生产}', ''));
const lastError = (): string => scraper.activeTargets()[0]?.lastError ?? '';

test('metric relabelling drops, renames and joins series; the first of two that become one counts', async () => {
  handler = (_request, response) =>
    void response.end('a{pod="1"} 1\na{pod="2"} 2\nb_total 3\nsecret{token="x"} 4\nsecret2 5\n');
  await scraper.apply(
    jobs(`metric_relabel_configs:
  - { action: labeldrop, regex: pod }
  - { source_labels: [__name__], regex: 'secret.*', action: drop }
  - { source_labels: [__name__], regex: '(.*)_total', target_label: __name__, replacement: 'my_\${1}' }`),
  );
  await came(2);
  expect(names(frames[0]!)).toEqual(['a 1', 'my_b 3']);
  const lines = samplesOf(frames[1]!);
  expect(['scrape_samples_scraped', 'scrape_samples_post_metric_relabeling'].map((n) => report(lines, n))).toEqual([
    '5',
    '3',
  ]);
  expect(report(lines, 'scrape_series_added')).toBe('0');
});

const limits: readonly (readonly [setting: string, error: string])[] = [
  ['sample_limit: 2', 'sample_limit exceeded (3 samples, limit: 2)'],
  ['label_limit: 4', 'label_limit exceeded (metric: long, number of labels: 5, limit: 4)'],
  [
    'label_name_length_limit: 8',
    'label_name_length_limit exceeded (metric: long, label name: a_long_name, length: 11, limit: 8)',
  ],
  [
    'label_value_length_limit: 30',
    'label_value_length_limit exceeded (metric: long, label name: a_long_name, length: 33, limit: 30)',
  ],
  ['body_size_limit: 40B', 'the body is larger than 40 bytes (body_size_limit)'],
  [
    'metric_relabel_configs: [{ regex: a, action: labeldrop }, { target_label: __name__, replacement: "" }]',
    'a series is left without a name',
  ],
  ['target_limit: 1', 'target_limit exceeded (number of targets: 2, limit: 1)'],
  ['metric_name_validation_scheme: legacy', 'invalid metric name or label names (metric: long, label name: 名)'],
];

test.each(limits)('a scrape that breaks a limit fails as a whole: %s', async (setting, error) => {
  let isGood = true;
  handler = (_request, response) =>
    void response.end(
      isGood
        ? 'a 1\n'
        : `a 1\nb 2\nlong{a_long_name="${'值'.repeat(11)}"${setting.includes('legacy') ? ',"名"="x"' : ''}} 3\n`,
    );
  const isOwnFault = /target_limit|__name__/.test(setting);
  if (!isOwnFault) {
    await scraper.apply(jobs(setting));
    await came(1);
    expect(names(frames[0]!)).toEqual(['a 1']);
  }
  isGood = false;
  await scraper.apply(jobs(setting, setting.includes('target_limit') ? `${address}', '127.0.0.1:1` : address));
  await until(() => lastError() !== '', 'the scrape failed');
  expect(lastError()).toContain(error);
  const isFailed = (frame: FrameInput): boolean => report(samplesOf(frame), 'up') === '0';
  await until(() => frames.some(isFailed), 'the failure was told');
  const failed = frames.find(isFailed)!;
  expect(own(samplesOf(failed)).filter((line) => !line.endsWith(' stale'))).toEqual([]);
});

test('an answer has to say what it is, unless the job knows', async () => {
  let type = 'text/html';
  handler = (_request, response) => {
    if (type === '') response.removeHeader('content-type');
    else response.setHeader('content-type', type);
    response.end('a 1\n');
  };
  await scraper.apply(jobs());
  await until(() => lastError() !== '', 'the type was refused');
  expect(lastError()).toBe(
    'the answer has the Content-Type "text/html", which is not read, and the job has no fallback_scrape_protocol',
  );
  type = '';
  await until(() => lastError().startsWith('the answer has no Content-Type'), 'no type was refused');
  await scraper.apply(jobs('fallback_scrape_protocol: PrometheusText0.0.4'));
  await until(() => scraper.activeTargets()[0]?.health === 'up', 'the fallback was used');
  type = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
  await until(() => lastError() !== '', 'text is no OpenMetrics');
  expect(lastError()).toMatch(/# EOF/);
});

test('what is asked for follows the job', async () => {
  const asked: string[] = [];
  handler = (request, response) => {
    asked.push(`${request.headers.accept} ${request.headers['accept-encoding']}`);
    response.end('');
  };
  await scraper.apply(jobs());
  await came(1);
  expect(asked[0]).toBe(
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.7,application/openmetrics-text;version=0.0.1;q=0.6,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.3 gzip',
  );
  await scraper.apply(
    jobs(
      'scrape_protocols: [PrometheusText1.0.0, PrometheusProto]\n  metric_name_escaping_scheme: dots\n  enable_compression: false',
    ),
  );
  await until(() => asked.at(-1)?.endsWith('identity') === true, 'the new settings hold');
  expect(asked.at(-1)).toBe('text/plain;version=1.0.0;escaping=dots;q=0.7,*/*;q=0.6 identity');
  expect(scraper.activeTargets()[0]?.health).toBe('up');
});

test('the samples about the scrape itself, all of them', async () => {
  handler = (_request, response) => void response.end('a 1\n');
  await scraper.apply(jobs('extra_scrape_metrics: true\n  sample_limit: 50'));
  await came(1);
  const lines = samplesOf(frames[0]!);
  expect(
    ['scrape_timeout_seconds', 'scrape_sample_limit', 'scrape_body_size_bytes'].map((name) => report(lines, name)),
  ).toEqual(['1', '50', '4']);
});

test('series with times of their own end by themselves, or like others', async () => {
  let count = 0;
  handler = (_request, response) => void response.end(count++ === 0 ? `a 1 ${Date.now()}\nb 1\n` : 'b 1\n');
  await scraper.apply(jobs());
  await came(2);
  expect(names(frames[1]!)).toEqual(['b 1']);
  await scraper.apply([]);
  frames = [];
  count = 0;
  await scraper.apply(jobs('track_timestamps_staleness: true'));
  await came(2);
  expect(names(frames[1]!)).toEqual(['b 1', 'a stale']);
});

test('an exemplar is stored when it is a new one', async () => {
  let count = 0;
  handler = (_request, response) => {
    response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0');
    response.end(`# TYPE a counter\na_total 3 # {trace_id="${count++ < 2 ? 'x' : 'y'}"} 1 1\n# EOF\n`);
  };
  await scraper.apply(jobs());
  await came(3);
  const counts = frames.slice(0, 3).map((frame) => {
    const block = new TelemetryBlock();
    decode(frame, block);
    return block.exemplars.rows;
  });
  expect(counts).toEqual([1, 0, 1]);
});

test('an exemplar that says another time than is kept is counted and left out', async () => {
  const times = [-5, 1e12, Date.now() / 1000];
  let count = 0;
  handler = (_request, response) => {
    response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0');
    const at = times[Math.min(count++, 2)];
    response.end(`# TYPE a counter\na_total 3 # {trace_id="${count}"} 1 ${at}\n# EOF\n`);
  };
  await scraper.apply(jobs());
  await came(3);
  const outcomes = frames.slice(0, 3).map((frame) => {
    const block = new TelemetryBlock();
    const { counts } = decode(frame, block);
    return [block.exemplars.rows, counts.expired, counts.refused, counts.received - counts.stored];
  });
  expect(outcomes).toEqual([
    [0, 1, 0, 1],
    [0, 0, 1, 1],
    [1, 0, 0, 0],
  ]);
});

test('a reload with other settings ends only what is gone', async () => {
  handler = (_request, response) => void response.end('a 1\nb 1\n');
  await scraper.apply(jobs());
  await came(1);
  frames = [];
  await scraper.apply(jobs('metric_relabel_configs: [{ source_labels: [__name__], regex: b, action: drop }]'));
  await came(1);
  expect(names(frames[0]!)).toEqual(['a 1', 'b stale']);
  expect(report(samplesOf(frames[0]!), 'up')).toBe('1');
});

test('targets as the API shows them', async () => {
  handler = (_request, response) => void response.end('# HELP a help\n# TYPE a gauge\na 1\n');
  await scraper.apply(
    jobs(
      `relabel_configs:
  - { source_labels: [__address__], regex: 'drop:1', action: drop }
  - { source_labels: [__address__], regex: '(.*):[0-9]+', target_label: host }
  - { target_label: __param_q, replacement: 'a b*' }
  - { source_labels: [__address__], regex: 'bad:1', target_label: __scheme__, replacement: ftp }
  - { regex: env, action: labeldrop }`,
      `${address}', 'drop:1', 'bad:1`,
    ),
  );
  await came(1);
  await until(() => scraper.activeTargets()[0]?.health === 'up', 'the target is up');
  const [target, ...more] = scraper.activeTargets('app');
  expect(more).toEqual([]);
  expect(target).toMatchObject({
    discoveredLabels: {
      __address__: address,
      __metrics_path__: '/metrics',
      __scheme__: 'http',
      env: '生产',
      job: 'app',
    },
    labels: { host: '127.0.0.1', instance: address, job: 'app' },
    scrapePool: 'app',
    scrapeUrl: `http://${address}/metrics?q=a+b%2A`,
    lastError: '',
    health: 'up',
    scrapeInterval: '1s',
    scrapeTimeout: '1s',
  });
  expect(target!.globalUrl).not.toContain('127.0.0.1');
  expect(scraper.droppedTargets()).toMatchObject([{ discoveredLabels: { __address__: 'drop:1' }, scrapePool: 'app' }]);
  expect(scraper.droppedCounts()).toEqual({ app: 1 });
  expect(scraper.pools()).toEqual(['app']);
  expect(problems).toEqual(['job "app": a target is left out: bad:1: "ftp" is no scheme that targets are asked by']);
  expect(scraper.targetMetadata()).toEqual([
    { target: target!.labels, metric: 'a', type: 'gauge', help: 'help', unit: '' },
  ]);
});

test('targets that hang hold up nobody', async () => {
  const hung: ServerResponse[] = [];
  handler = (request, response) => {
    if (request.url === '/metrics?hang=1') hung.push(response);
    else response.end('a 1\n');
  };
  // What hangs is given up soon, what does not has the time of a busy machine.
  const [job] = jobs() as [ScrapeJob];
  const hanging = Array.from({ length: 100 }, (_, i) => ({ targets: [address], labels: [['n', String(i)] as const] }));
  await scraper.apply([
    job,
    {
      ...job,
      name: 'hanging',
      timeout: 500,
      params: [['hang', ['1']]],
      discovery: [{ kind: 'static', groups: hanging }],
    },
  ]);
  await until(() => scraper.activeTargets('hanging').every(({ health }) => health === 'down'), 'all of them are down');
  frames = [];
  const isOfApp = ({ source }: FrameInput): boolean => source.startsWith('scrape:app/');
  await until(() => frames.filter(isOfApp).some((frame) => names(frame).includes('a 1')), 'the other one goes on');
  expect(scraper.activeTargets('hanging')[0]?.lastError).toBe('no whole answer within 0.5 s');
});

test('a clock that jumps: scraping goes on at once, with the time that the clock says', async () => {
  await scraper.stop();
  let jump = 0;
  scraper = new Scraper({ intake, report: () => undefined, now: () => Date.now() + jump });
  handler = (_request, response) => void response.end('a 1\n');
  await scraper.apply(jobs());
  await came(2);
  for (const next of [-3_600_000, 7_200_000]) {
    jump = next;
    const before = frames.length;
    await came(before + 3);
    const last = frames.at(-1)!.meta!['time'] as number;
    expect(Math.abs(last - (Date.now() + jump))).toBeLessThan(600_000);
  }
});
