// Random jobs are scraped by a real Prometheus and by us: the same targets, the same series, the same values.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { parsePrometheusConfig } from '../../src/config/prometheus/prometheus-config.ts';
import type { ActiveTarget } from '../../src/ingest/scrape/target-view.ts';
import { Scraper } from '../../src/ingest/scrape/scraper.ts';
import { RealPrometheus } from '../promql/real-prometheus.ts';
import { need } from '../support/need.ts';
import { CollectingIntake, type CollectedSample } from './collecting-intake.ts';
import { Generator, type GeneratedJob } from './generate-jobs.ts';

const JOBS = 100;
const SEEDS = process.env['HOLTER_SEED'] === undefined ? [1, 2, 3, 4] : [Number(process.env['HOLTER_SEED'])];
/** Differs by nature. */
const unequal = ['scrape_duration_seconds'];

let server: Server | undefined;
let prometheus: RealPrometheus | undefined;
let scraper: Scraper | undefined;

afterEach(async () => {
  await scraper?.stop();
  await prometheus?.stop();
  server?.closeAllConnections();
  await new Promise((done) => (server === undefined ? done(undefined) : server.close(done)));
  [scraper, prometheus, server] = [undefined, undefined, undefined];
});

type Labels = Readonly<Record<string, string>>;
interface PrometheusTargets {
  readonly activeTargets: readonly (Omit<ActiveTarget, 'lastScrape'> & { lastScrape: string })[];
  readonly droppedTargets: readonly { discoveredLabels: Labels; scrapePool: string }[];
}

const text = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
const lines = (entries: readonly string[]): string[] => entries.toSorted();

/** What stands in only one of the lists; the first few, a failure is to be read. */
function expectSame(ours: readonly string[], theirs: readonly string[]): void {
  const [left, right] = [new Set(ours), new Set(theirs)];
  const onlyOurs = lines([...left].filter((line) => !right.has(line)));
  const onlyTheirs = lines([...right].filter((line) => !left.has(line)));
  const counts = { ours: onlyOurs.length, theirs: onlyTheirs.length };
  expect({ counts, ours: onlyOurs.slice(0, 200), theirs: onlyTheirs.slice(0, 200) }).toEqual({
    counts: { ours: 0, theirs: 0 },
    ours: [],
    theirs: [],
  });
}

function describeTarget(target: Omit<ActiveTarget, 'lastScrape'>): string {
  const { discoveredLabels, labels, scrapePool, scrapeUrl, health, scrapeInterval, scrapeTimeout } = target;
  return [scrapePool, scrapeUrl, health, scrapeInterval, scrapeTimeout, text(labels), text(discoveredLabels)].join(' ');
}

/** What each series had last, without what differs by nature. */
function describeSamples(samples: Iterable<CollectedSample>): string[] {
  const last = new Map<string, string>();
  for (const { labels, value } of samples) {
    if (unequal.includes(labels['__name__'] ?? '')) continue;
    const key = text(labels);
    if (value === 'stale') last.delete(key);
    else last.set(key, `${key} ${Object.is(value, -0) ? '-0' : value}`);
  }
  return lines([...last.values()]);
}

async function settled<T>(read: () => Promise<T> | T, isDone: (value: T) => boolean): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    const value = await read();
    if (isDone(value) || attempt > 600) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Answers every path with an exposition of its own. */
async function serveExpositions(generator: Generator): Promise<string> {
  const answers = new Map<string, ReturnType<Generator['exposition']>>();
  const paths = Array.from({ length: JOBS * 3 }, (_, i) => `/m/${Math.floor(i / 3)}/${i % 3}`);
  for (const path of paths) answers.set(path, generator.exposition());
  server = createServer((request, response) => {
    const answer = answers.get(new URL(request.url ?? '', 'http://x').pathname);
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': answer?.type ?? 'text/plain' });
    response.end(answer?.text);
  });
  await new Promise<void>((done) => server!.listen(0, '127.0.0.1', done));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const configOf = (jobs: readonly GeneratedJob[]): string =>
  JSON.stringify({ scrape_configs: jobs.map(({ name, fields }) => ({ job_name: name, ...fields })) });

function agreesWithPromtool(promtool: string, job: GeneratedJob): boolean {
  const { problems } = parsePrometheusConfig(configOf([job]));
  const isGood = problems.every(({ severity }) => severity === 'warning');
  const folder = mkdtempSync(join(tmpdir(), 'holter-config-'));
  try {
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, configOf([job]));
    const { status } = spawnSync(promtool, ['check', 'config', '--syntax-only', file]);
    return (status === 0) === isGood;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.for(SEEDS)(`${JOBS} random jobs, as Prometheus scrapes them (seed %i)`, async (seed, context) => {
  const program = need(context, 'prometheus');
  const promtool = need(context, 'promtool');
  const generator = new Generator(seed);
  const address = await serveExpositions(generator);
  const all = Array.from({ length: JOBS }, (_, index) => generator.job(index, address));
  const isGood = (job: GeneratedJob): boolean =>
    parsePrometheusConfig(configOf([job])).problems.every(({ severity }) => severity === 'warning');
  // What we refuse, promtool refuses; what we take, Prometheus has to start with.
  for (const job of all) if (!isGood(job)) expect(agreesWithPromtool(promtool, job), configOf([job])).toBe(true);
  const jobs = all.filter(isGood);
  expect(jobs.length).toBeGreaterThan(JOBS / 2);

  prometheus = await RealPrometheus.start(program, configOf(jobs));
  const intake = new CollectingIntake();
  scraper = new Scraper({ intake, report: () => undefined });
  await scraper.apply(parsePrometheusConfig(configOf(jobs)).config!.jobs);
  const readTargets = async (): Promise<PrometheusTargets> =>
    (await prometheus!.ask('/api/v1/targets', {})).data as unknown as PrometheusTargets;
  const describeAll = (targets: readonly Omit<ActiveTarget, 'lastScrape'>[]): string[] =>
    lines(targets.map(describeTarget));
  // A busy machine may let a scrape of either side run out of time: what stands after some is compared.
  const theirs = await settled(readTargets, ({ activeTargets }) => {
    const ours = describeAll(scraper!.activeTargets());
    return activeTargets.length > 0 && JSON.stringify(ours) === JSON.stringify(describeAll(activeTargets));
  });
  expectSame(describeAll(scraper.activeTargets()), describeAll(theirs.activeTargets));
  const dropped = (target: { discoveredLabels: Labels; scrapePool: string }): string =>
    `${target.scrapePool} ${text(target.discoveredLabels)}`;
  expectSame(scraper.droppedTargets().map(dropped), theirs.droppedTargets.map(dropped));

  // Two scrapes each, so that counts of new series are those of a series that is known.
  const counts = (): Map<string, number> => {
    const found = new Map<string, number>();
    for (const { source } of intake.frames) found.set(source, (found.get(source) ?? 0) + 1);
    return found;
  };
  await settled(counts, (found) => [...found.values()].every((count) => count >= 2));
  const compared = async (): Promise<{ got: string[]; expected: string[] }> => {
    const writers = new Map<string, Set<string>>();
    for (const { source, samples } of intake.frames)
      for (const { labels } of samples) {
        const key = text(labels);
        writers.set(key, (writers.get(key) ?? new Set()).add(source));
      }
    const answer = await prometheus!.ask('/api/v1/query', { query: '{__name__=~".+"}' });
    const vector = answer.data!.result as { metric: Record<string, string>; value: [number, string] }[];
    // A series that two targets write has the value of whoever came last.
    const isShared = (line: string): boolean => (writers.get(line.slice(0, line.lastIndexOf('] ') + 1))?.size ?? 0) > 1;
    const theirSamples = vector.map(({ metric, value }) => ({
      labels: metric,
      time: 0,
      value: Number(value[1].replace('Inf', 'Infinity')),
    }));
    return {
      expected: describeSamples(theirSamples).filter((line) => !isShared(line)),
      got: describeSamples(intake.frames.flatMap(({ samples }) => samples)).filter((line) => !isShared(line)),
    };
  };
  // Not before both have scraped twice, and not while a scrape of either has just run out of time.
  const { got, expected } = await settled(
    compared,
    (both) => JSON.stringify(both.got) === JSON.stringify(both.expected),
  );
  expectSame(got, expected);
  expect(got.length).toBeGreaterThan(JOBS * 3);
});
