// Ingest, storage, queries and idling of the whole server, with the load generator on the same machine, beside the OpenTelemetry
// Collector that decodes and drops. `node bin/run.js bench/spine.ts [ROWS]` writes docs/bench/spine.md.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { capture } from '../tools/run-tool.ts';
import { HolterUnderTest } from './holter-under-test.ts';
import { buildCollector, buildLoad } from './peers.ts';
import { costOf } from './process-meter.ts';

const rows = Number(process.argv[2] ?? 2_000_000);
const root = resolve(import.meta.dirname, '..');
const page: string[] = [];
const say = (line = ''): void => {
  page.push(line);
  console.log(line);
};
const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
const thousands = (perSecond: number): string => `${Math.round(perSecond / 1000)} k/s`;

interface LoadResult {
  readonly perSecond: number;
  readonly acknowledgement: string;
  readonly failures: string;
}

async function runLoad(load: string, args: readonly string[]): Promise<LoadResult> {
  const { code, output } = await capture(load, args);
  const match = /: (\d+) in ([\d.]+) s = (\d+)\/s, .* ack (p50 \S+ p99 [^,]+), (.*)$/m.exec(output);
  if (code !== 0 || match === null) throw new Error(`load ${args.join(' ')}: ${output}`);
  return { perSecond: Number(match[3]), acknowledgement: match[4]!, failures: match[5]! };
}

/** Runs the load against the server; `sustained` also waits until the engine has all of it. */
async function measureIngest(
  holter: HolterUnderTest,
  load: string,
  args: readonly string[],
  count: number,
): Promise<string> {
  const before = holter.cost().cpuSeconds;
  const began = performance.now();
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, holter.cost().pssBytes)), 200);
  const result = await runLoad(load, args);
  await holter.drained();
  clearInterval(watch);
  const seconds = (performance.now() - began) / 1000;
  const cpu = holter.cost().cpuSeconds - before;
  const micros = ((cpu / count) * 1e6).toFixed(2);
  return `${thousands(result.perSecond)} | ${thousands(count / seconds)} | ${micros} µs | ${result.acknowledgement} | ${mib(peak)} | ${result.failures}`;
}

async function measureCollector(
  load: string,
  signal: 'logs' | 'traces',
  args: readonly string[],
  count: number,
): Promise<string> {
  const port = 14399;
  const { path, config, version } = await buildCollector(port);
  const child = spawn(path, ['--config', config], { stdio: 'ignore' });
  try {
    await sleep(2000);
    const result = await runLoad(load, [args[0]!, '-url', `http://127.0.0.1:${port}/v1/${signal}`, ...args.slice(1)]);
    const { cpuSeconds, pssBytes } = costOf([child.pid!]);
    return `Collector ${version}, decode and drop | ${thousands(result.perSecond)} | – | ${((cpuSeconds / count) * 1e6).toFixed(2)} µs | ${result.acknowledgement} | ${mib(pssBytes)} | ${result.failures}`;
  } finally {
    child.kill('SIGKILL');
  }
}

async function timeQuery(holter: HolterUnderTest, name: string, path: string, body: unknown): Promise<void> {
  const times: number[] = [];
  let size = 0;
  for (let i = 0; i < 11; i++) {
    const began = performance.now();
    const answer = body === undefined ? await holter.get<unknown>(path) : await holter.post<unknown>(path, body);
    times.push(performance.now() - began);
    size = JSON.stringify(answer).length;
  }
  const first = times.shift()!;
  times.sort((a, b) => a - b);
  say(`| ${name} | ${first.toFixed(1)} | ${times[5]!.toFixed(1)} | ${times[9]!.toFixed(1)} | ${size} |`);
}

async function measureIdle(holter: HolterUnderTest, when: string): Promise<void> {
  const before = holter.cost().cpuSeconds;
  await sleep(30_000);
  const cost = holter.cost();
  const shares = holter.shares().map(mib).join(' + ');
  say(`| ${when} | ${mib(cost.pssBytes)} (${shares}) | ${(((cost.cpuSeconds - before) / 30) * 100).toFixed(1)} % |`);
}

const day = (hours: number): { from: string; to: string } => ({ from: `now-${hours}h`, to: 'now' });

async function queries(holter: HolterUnderTest, count: number): Promise<void> {
  // The load generator's ids: md5 of the number of the trace.
  const traceId = createHash('md5')
    .update(String(Math.floor(count / 10)))
    .digest('hex');
  const spanTrace = createHash('md5').update('777').digest('hex');
  const logs = '/api/holter/v1/logs';
  say(
    `\n## Queries on ${(count / 1e6).toFixed(0)} M log rows and ${(count / 1e6).toFixed(0)} M spans, through the API\n`,
  );
  say('| query | first, ms | median of 10, ms | slowest of 10, ms | answer, bytes |\n|---|---|---|---|---|');
  await timeQuery(holter, 'needle', `${logs}/search`, { ...day(3), text: 'needle-7f3a9c', limit: 10 });
  await timeQuery(holter, 'logs of a trace id', `${logs}/search`, { ...day(3), traceId, limit: 100 });
  await timeQuery(holter, 'trace by id', `/api/holter/v1/traces/${spanTrace}`, undefined);
  await timeQuery(holter, 'last 100 rows', `${logs}/search`, { ...day(3), limit: 100 });
  await timeQuery(holter, 'last 100 errors', `${logs}/search`, { ...day(3), level: ['error'], limit: 100 });
  await timeQuery(holter, 'errors by service, 20 minutes', `${logs}/top-values`, {
    ...day(0.34),
    level: ['error'],
    field: 'service',
  });
  await timeQuery(holter, 'histogram by level, 1 h', `${logs}/histogram`, { ...day(1.1), buckets: 60 });
  const substring = { field: 'body', op: 'contains', value: 'imed ou' };
  await timeQuery(holter, 'substring count', `${logs}/histogram`, { ...day(3), filters: [substring], buckets: 1 });
  await timeQuery(holter, 'traces of a service, newest', '/api/holter/v1/traces/search', {
    ...day(3),
    service: 'orders',
    limit: 50,
  });
  await timeQuery(holter, 'traces with errors', '/api/holter/v1/traces/search', {
    ...day(3),
    status: 'error',
    limit: 50,
  });
}

interface StorageAnswer {
  readonly tables: readonly {
    table: string;
    rows: number;
    bytes: number;
    columnBytes: number;
    textIndexBytes: number;
    rawBytes: number;
  }[];
}

async function storage(holter: HolterUnderTest): Promise<void> {
  say('\n## Bytes a row on disk\n\n| table | rows | columns | text index | raw |\n|---|---|---|---|---|');
  const { tables } = await holter.get<StorageAnswer>('/api/holter/v1/storage');
  for (const { table, rows: stored, columnBytes, textIndexBytes, rawBytes } of tables) {
    if (stored === 0) continue;
    const per = (bytes: number): string => (bytes / stored).toFixed(1);
    say(`| ${table} | ${stored} | ${per(columnBytes)} | ${per(textIndexBytes)} | ${per(rawBytes)} |`);
  }
}

async function measureLines(): Promise<void> {
  const holter = new HolterUnderTest();
  const count = Math.min(rows, 500_000);
  const logs = join(holter.folder, 'logs');
  mkdirSync(logs);
  const file = join(logs, 'app.log');
  const start = Date.now() - 600_000;
  for (let i = 0; i < count; i += 10_000) {
    let text = '';
    for (let n = i; n < i + 10_000; n++) {
      const time = new Date(start + Math.floor((n / count) * 600_000)).toISOString();
      text += `{"timestamp": "${time}", "level": "INFO", "message": "用户登录成功 order ${n}", "service": "shop", "module": "orders", "funcName": "create", "lineno": ${n % 300}, "process": 4711, "request_id": "req-${n}", "user_id": ${n % 9999}, "exception": null}\n`;
    }
    appendFileSync(file, text);
  }
  await holter.start('--tail', join(logs, '*.log'));
  const before = holter.cost().cpuSeconds;
  const began = performance.now();
  for (;;) {
    const { total } = await holter.get<{ total: { received: number; stored: number } }>('/api/holter/v1/ledger');
    if (total.stored >= count) break;
    await sleep(50);
  }
  const seconds = (performance.now() - began) / 1000;
  const cpu = holter.cost().cpuSeconds - before;
  say(
    `| JSON lines from a file (${count} rows) | – | ${thousands(count / seconds)} | ${((cpu / count) * 1e6).toFixed(2)} µs | – | ${mib(holter.cost().pssBytes)} | |`,
  );
  await holter.stop();
  holter.remove();
}

async function measureScrape(): Promise<void> {
  const series = 20_000;
  let scrapes = 0;
  const target = createServer((_request, response) => {
    scrapes++;
    const lines = ['# TYPE bench_total counter'];
    for (let i = 0; i < series; i++)
      lines.push(`bench_total{path="/api/v1/thing/${i}",status="200"} ${i * 7 + scrapes * (i % 13)}`);
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`${lines.join('\n')}\n`);
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  const holter = new HolterUnderTest();
  const { port } = target.address() as AddressInfo;
  const file = join(holter.folder, 'prometheus.yml');
  const config = `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n  - job_name: bench\n    static_configs: [{ targets: ['127.0.0.1:${port}'] }]\n`;
  writeFileSync(file, config);
  await holter.start(file);
  await sleep(10_000);
  const [before, scrapesBefore] = [holter.cost().cpuSeconds, scrapes];
  await sleep(20_000);
  const samples = (scrapes - scrapesBefore) * series;
  const cpu = holter.cost().cpuSeconds - before;
  say(
    `| scraped samples (${series} series every second) | – | ${thousands(samples / 20)} | ${((cpu / samples) * 1e6).toFixed(2)} µs | – | ${mib(holter.cost().pssBytes)} | |`,
  );
  await holter.stop();
  holter.remove();
  target.close();
}

const load = await buildLoad();
const holter = new HolterUnderTest();
say('# The spine: ingest, storage, queries, idling\n');
say(
  `Written by \`bench/spine.ts\`. ${cpus().length} × ${cpus()[0]!.model}, ${mib(totalmem())} memory, Node ${process.version};`,
);
say(
  'the load generator runs on the same processors. An acknowledgement comes after fdatasync; “sustained” ends when the engine has',
);
say('everything; CPU is both processes with all engine threads. The Collector keeps nothing.\n');
const firstReady = await holter.start();
say('## Start and idling\n\n| | |\n|---|---|');
say(`| start to ready, empty | ${firstReady.toFixed(0)} ms |`);
say('\n| | memory (PSS, front + store) | CPU |\n|---|---|---|');
await sleep(5000);
await measureIdle(holter, 'idle, just started');

say(`\n## Ingest, ${rows} rows each\n`);
say(
  '| what | acknowledged | sustained | CPU a row | acknowledgement | memory, peak | |\n|---|---|---|---|---|---|---|',
);
const logArgs = ['logs', '-rows', String(rows)];
const spanArgs = ['spans', '-traces', String(rows / 10)];
say(`| OTLP logs | ${await measureIngest(holter, load, [...logArgs, '-url', `${holter.otlp}/v1/logs`], rows)} |`);
say(`| ${await measureCollector(load, 'logs', logArgs, rows)} |`);
say(`| OTLP spans | ${await measureIngest(holter, load, [...spanArgs, '-url', `${holter.otlp}/v1/traces`], rows)} |`);
say(`| ${await measureCollector(load, 'traces', spanArgs, rows)} |`);
await measureLines();
await measureScrape();

say('\n## After the load\n\n| | memory (PSS, front + store) | CPU |\n|---|---|---|');
await sleep(30_000);
await measureIdle(holter, '60 s after the load');
await storage(holter);
await queries(holter, rows);

say('\n## After a kill\n\n| | |\n|---|---|');
await holter.stop('SIGKILL');
say(`| start to ready after kill -9 | ${(await holter.start()).toFixed(0)} ms |`);
await holter.stop();
holter.remove();
mkdirSync(join(root, 'docs/bench'), { recursive: true });
writeFileSync(join(root, 'docs/bench/spine.md'), `${page.join('\n')}\n`);
