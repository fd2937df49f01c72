// prometheus_client in multiprocess mode under gunicorn: whichever worker answers, the numbers are those of all, also when one dies.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parsePrometheusConfig } from '../../src/config/prometheus/prometheus-config.ts';
import { Scraper } from '../../src/ingest/scrape/scraper.ts';
import { need } from '../support/need.ts';
import { answersAt, startOnFreePort, type StartedProgram } from '../support/start-on-free-port.ts';
import { CollectingIntake } from './collecting-intake.ts';

const services = join(import.meta.dirname, '../services');
let folder: string;
let gunicorn: StartedProgram | undefined;
let scraper: Scraper | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holter-multiprocess-'));
});
afterEach(async () => {
  await scraper?.stop();
  await gunicorn?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function eventually<T>(read: () => T, isDone: (value: T) => boolean): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    const value = read();
    if (isDone(value) || attempt > 600) return value;
    await new Promise((done) => setTimeout(done, 100));
  }
}

test('counters, gauges and histograms of three workers', async (context) => {
  const python = need(context, 'prometheus_client');
  const flags = ['-w', '3', '-c', join(services, 'metrics_gunicorn.py'), 'metrics_service:app'];
  gunicorn = await startOnFreePort(
    (own) =>
      spawn(join(dirname(python), 'gunicorn'), ['-b', `127.0.0.1:${own}`, ...flags], {
        cwd: services,
        stdio: 'ignore',
        env: { ...process.env, PROMETHEUS_MULTIPROC_DIR: folder, PYTHONDONTWRITEBYTECODE: '1' },
      }),
    answersAt('/metrics'),
  );
  const { port } = gunicorn;
  let requests = 0;
  const ask = async (): Promise<string | undefined> => {
    // A connection of its own each time, so that all workers get some.
    const answer = await fetch(`http://127.0.0.1:${port}/购买`, { headers: { connection: 'close' } }).catch(
      () => undefined,
    );
    if (answer?.ok === true) requests++;
    return answer?.text();
  };
  const workers = new Set<string>();
  for (let i = 0; i < 2000 && workers.size < 3; i++) {
    const pid = await ask();
    if (pid === undefined) await new Promise((done) => setTimeout(done, 50));
    else workers.add(pid);
  }
  expect(workers.size).toBe(3);

  const intake = new CollectingIntake();
  scraper = new Scraper({ intake, report: (problem) => expect.unreachable(problem) });
  const config = parsePrometheusConfig(
    `scrape_configs: [{ job_name: shop, scrape_interval: 1s, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }]`,
  );
  await scraper.apply(config.config!.jobs);
  const last = (name: string): readonly (readonly [labels: string, value: number | 'stale'])[] =>
    (intake.frames.at(-1)?.samples ?? [])
      .filter(({ labels }) => labels['__name__'] === name)
      .map(
        ({ labels, value }) =>
          [[labels['path'], labels['le'], labels['pid']].filter((one) => one !== undefined).join(' '), value] as const,
      );
  const count = (): number | 'stale' | undefined => last('shop_requests_total')[0]?.[1];
  await eventually(count, (found) => found === requests);
  expect(last('up')).toEqual([['', 1]]);
  expect(count()).toBe(requests);
  expect(last('shop_latency_seconds_bucket').map(([le]) => le)).toEqual(['0.1', '1.0', '10.0', '+Inf']);
  expect(last('shop_latency_seconds_bucket').at(-1)).toEqual(['+Inf', requests]);
  expect(last('shop_in_flight')).toEqual([['', 0]]);
  expect(new Set(last('shop_worker').map(([pid]) => pid))).toEqual(workers);
  expect(scraper.targetMetadata()).toContainEqual(
    expect.objectContaining({ metric: 'shop_latency_seconds', type: 'histogram' }),
  );

  // A worker dies: what it counted stays, what lives with it ends, and another takes its place.
  const [victim] = workers;
  process.kill(Number(victim), 'SIGKILL');
  const ended = await eventually(
    () =>
      intake.frames
        .flatMap(({ samples }) => samples)
        .find(({ labels, value }) => labels['pid'] === victim && value === 'stale'),
    (found) => found !== undefined,
  );
  expect(ended?.labels['__name__']).toBe('shop_worker');
  for (let i = 0; i < 20; i++) await ask();
  await eventually(count, (found) => found === requests);
  expect(count()).toBe(requests);
  expect(intake.refused).toEqual([]);
});
