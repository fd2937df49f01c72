// Large targets that both scrape, one after the other: a hundred thousand and a million series.
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HolterUnderTest } from '../holter-under-test.ts';
import { PrometheusUnderTest } from '../prometheus-under-test.ts';
import { mib, thousands, type Page } from '../spine/page.ts';
import { endPeer, nameOf, residentOf, startPeer, type Peer } from './peers.ts';

const SERIES_A_TARGET = 10_000;
/** Answers of a target, in turn: each changes some values. */
const ANSWERS = 4;
const METRICS = 100;

interface Round {
  readonly series: number;
  readonly intervalSeconds: number;
  readonly warmSeconds: number;
  readonly countedSeconds: number;
}

const rounds: readonly Round[] = [
  { series: 100_000, intervalSeconds: 2, warmSeconds: 12, countedSeconds: 16 },
  { series: 1_000_000, intervalSeconds: 15, warmSeconds: 60, countedSeconds: 30 },
];

/** The answers of all targets: the same text, told apart by the label `instance` that a scrape adds. */
function makeAnswers(): Buffer[] {
  return Array.from({ length: ANSWERS }, (_, turn) => {
    const lines: string[] = [];
    for (let series = 0; series < SERIES_A_TARGET; series++) {
      const metric = Math.floor(series / (SERIES_A_TARGET / METRICS));
      if (series % (SERIES_A_TARGET / METRICS) === 0) lines.push(`# TYPE bench_${metric}_total counter`);
      const labels = `path="/api/v1/thing/${series}",method="GET",status="${200 + (series % 5)}"`;
      lines.push(`bench_${metric}_total{${labels}} ${series * 7 + turn * (series % 13)}`);
    }
    return Buffer.from(`${lines.join('\n')}\n`);
  });
}

if (!isMainThread && workerData === 'bench-target') {
  const answers = makeAnswers();
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const turn = (asked.get(request.url!) ?? 0) + 1;
    asked.set(request.url!, turn);
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(answers[turn % ANSWERS]!);
  });
  server.listen(0, '127.0.0.1', () => parentPort!.postMessage((server.address() as AddressInfo).port));
}

function writeConfig(peer: Peer, port: number, { series, intervalSeconds }: Round): string {
  const file = join(peer.folder, 'bench-prometheus.yml');
  const jobs = Array.from({ length: series / SERIES_A_TARGET }, (_, target) => {
    const labels = `labels: { instance: 'target-${target}' }`;
    return `  - { job_name: 'bench-${target}', metrics_path: '/${target}', static_configs: [{ targets: ['127.0.0.1:${port}'], ${labels} }] }`;
  });
  const interval = `scrape_interval: ${intervalSeconds}s, scrape_timeout: ${intervalSeconds}s`;
  writeFileSync(file, `global: { ${interval} }\nscrape_configs:\n${jobs.join('\n')}\n`);
  return file;
}

interface Scraped {
  readonly samples: number;
  readonly cpuNanos: number;
  readonly core: number;
  readonly memory: number;
  readonly resident: string;
  readonly up: number;
}

/** The one number that a query gives now; 0 for none. */
async function ask(peer: Peer, query: string): Promise<number> {
  const answer = (await (await fetch(`${peer.url}/api/v1/query?query=${encodeURIComponent(query)}`)).json()) as {
    readonly error?: string;
    readonly data?: { readonly result: readonly { readonly value: readonly [number, string] }[] };
  };
  if (answer.data === undefined) throw new Error(`${nameOf(peer)}: ${answer.error}`);
  return Number(answer.data.result[0]?.value[1] ?? 0);
}

async function measure(peer: Peer, port: number, round: Round): Promise<Scraped> {
  const { warmSeconds, countedSeconds } = round;
  await startPeer(peer, writeConfig(peer, port, round));
  await sleep(warmSeconds * 1000);
  const before = peer.cost().cpuSeconds;
  let memory = 0;
  for (let second = 0; second < countedSeconds; second++) {
    await sleep(1000);
    memory = Math.max(memory, peer.cost().pssBytes);
  }
  const cpu = peer.cost().cpuSeconds - before;
  const samples = await ask(peer, `sum(sum_over_time(scrape_samples_scraped{job=~"bench.*"}[${countedSeconds}s]))`);
  return {
    samples,
    cpuNanos: (cpu / samples) * 1e9,
    core: cpu / countedSeconds,
    memory,
    resident: residentOf(peer, mib),
    up: await ask(peer, 'sum(up{job=~"bench.*"})'),
  };
}

async function measureAndEnd(peer: Peer, port: number, round: Round): Promise<Scraped> {
  try {
    return await measure(peer, port, round);
  } finally {
    await endPeer(peer);
  }
}

export async function compareScraping(page: Page, scale: number): Promise<void> {
  page.section(
    `Scraped targets of ${SERIES_A_TARGET} series each`,
    '',
    'series',
    'every',
    'taken',
    'CPU a sample',
    'of a core',
    'memory, peak',
    'memory',
    'targets up',
  );
  const targets = new Worker(new URL(import.meta.url), { workerData: 'bench-target' });
  const [port] = (await once(targets, 'message')) as [number];
  for (const whole of rounds) {
    const series = Math.max(SERIES_A_TARGET, Math.round((whole.series * scale) / SERIES_A_TARGET) * SERIES_A_TARGET);
    const round = { ...whole, series };
    const costs: Scraped[] = [];
    for (const peer of [new HolterUnderTest(), new PrometheusUnderTest()]) {
      const scraped = await measureAndEnd(peer, port, round);
      costs.push(scraped);
      page.row(
        nameOf(peer),
        String(series),
        `${round.intervalSeconds} s`,
        thousands(scraped.samples / round.countedSeconds),
        scraped.samples === 0 ? '–' : `${scraped.cpuNanos.toFixed(0)} ns`,
        scraped.core.toFixed(2),
        mib(scraped.memory),
        scraped.resident,
        `${scraped.up} of ${series / SERIES_A_TARGET}`,
      );
    }
    const ratio = costs[1]!.cpuNanos / costs[0]!.cpuNanos;
    page.bar(`scraping ${series} series: samples a CPU second`, 'least', 2, ratio, (value) => `${value.toFixed(2)} ×`);
    if (whole === rounds.at(-1)) page.bar(`memory with ${series} scraped series`, 'most', 1e9, costs[0]!.memory, mib);
  }
  await targets.terminate();
}
