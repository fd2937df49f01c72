// Metrics beside a real Prometheus: the same bytes by remote write, the same targets, the same queries and rules, the same processors,
// one run. `node bin/run.js bench/metrics.ts` writes docs/bench/metrics.md. HOLTER_BENCH_SCALE=0.1 makes everything smaller, for a
// try; names of parts as arguments run only those.
import { cpus, loadavg, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stopAsking } from './metrics/ask.ts';
import { compareBytes } from './metrics/bytes.ts';
import { idleColumns, watchIdle } from './metrics/idle.ts';
import { compareManySeries } from './metrics/many-series.ts';
import { withBoth } from './metrics/peers.ts';
import { compareQueries, type Span } from './metrics/range-queries.ts';
import { compareWriting, writtenColumns } from './metrics/remote-write.ts';
import { compareRules } from './metrics/rules.ts';
import { compareScraping } from './metrics/scrape.ts';
import { sayWhereTimeGoes } from './metrics/where-time-goes.ts';
import { Page, mib } from './spine/page.ts';

const SERIES = 10_000;
const WRITE_BAR = 2;
const HOUR = 3600;
const DAY = 86_400;
const WEEK = 7 * DAY;
const WEEK_STEP = 600;

const scale = Number(process.env['HOLTER_BENCH_SCALE'] ?? 1);
const scaled = (samples: number): number => Math.max(2, Math.round(samples * scale));
const minute = (): number => Math.floor(Date.now() / 60_000) * 60;
const page = new Page([
  '# Metrics beside Prometheus\n',
  `Written by \`bench/metrics.ts\`. ${cpus().length} × ${cpus()[0]!.model}, ${mib(totalmem())} memory, Node ${process.version}, Prometheus 3.15;`,
  'the load generator and the targets run on the same processors. Holter acknowledges after fdatasync; Prometheus writes its log without',
  'one. Times are medians over HTTP with the whole answer received; CPU is that of all processes and threads of a server; memory is the',
  `proportional set size. A ratio is Holter’s figure over Prometheus’. ${loadavg()[1]!.toFixed(1)} other programs wanted a processor when it began`,
  '(five minutes’ average).',
  ...(scale === 1 ? [] : [`\n**A try at ${scale} of the size.**`]),
]);

const ratio = (value: number): string => `${value.toFixed(2)} ×`;
const hour = (end: number): Span => ({ name: '1 h', seconds: HOUR, step: 15, window: '5m', end, runs: 9, warm: 2 });

async function measureHour(): Promise<void> {
  await withBoth(async (holter, prometheus) => {
    const peers = [holter, prometheus];
    page.section('Idling', ...idleColumns);
    await watchIdle(page, peers, 'just started', scale);
    const end = minute();
    const samples = scaled(240);
    page.section(
      `Ingest by remote write: ${SERIES} series × ${samples} samples, 2 000 a request, two connections`,
      ...writtenColumns,
    );
    const faster = await compareWriting(page, peers, { series: SERIES, samples, stepSeconds: 15, end });
    page.bar('remote write, samples a second', 'least', WRITE_BAR, faster, ratio);
    page.section('Range queries over 1 h, a step of 15 s, samples every 15 s');
    await compareQueries(page, holter, prometheus, hour(end));
    await compareRules(page, peers, end);
  });
}

async function measureWeek(): Promise<void> {
  await withBoth(async (holter, prometheus) => {
    const peers = [holter, prometheus];
    const end = minute();
    const samples = scaled(WEEK / WEEK_STEP);
    page.section(`A week by remote write: ${SERIES} series × ${samples} samples, one in 10 minutes`, ...writtenColumns);
    await compareWriting(page, peers, { series: SERIES, samples, stepSeconds: WEEK_STEP, end });
    for (const [name, seconds, step] of [
      ['24 h', DAY, 600],
      ['7 d', WEEK, 1800],
    ] as const) {
      page.section(`Range queries over ${name}, a step of ${step / 60} minutes`);
      await compareQueries(page, holter, prometheus, { name, seconds, step, window: '1h', end, runs: 3, warm: 0 });
    }
    page.section('Idling after the load', ...idleColumns);
    await sleep(10_000 * scale);
    await watchIdle(page, peers, 'with a week of samples', scale);
  });
}

const parts: Readonly<Record<string, () => Promise<void>>> = {
  hour: measureHour,
  week: measureWeek,
  bytes: () => compareBytes(page, minute(), scale),
  series: () => compareManySeries(page, minute(), scale),
  scrape: () => compareScraping(page, scale),
  profile: () => sayWhereTimeGoes(page, hour(minute()), scale),
};
const wanted = process.argv.slice(2);
for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const began = performance.now();
  await measure();
  console.log(`(${name}: ${((performance.now() - began) / 1000).toFixed(0)} s)`);
}
stopAsking();
page.write(resolve(import.meta.dirname, wanted.length === 0 ? '../docs/bench/metrics.md' : '../.cache/metrics-try.md'));
