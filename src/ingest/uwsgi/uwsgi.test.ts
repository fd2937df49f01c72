import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CollectingIntake } from '../../../test/scrape/collecting-intake.ts';
import type { TargetLoop } from '../scrape/target-loop.ts';
import { until } from '../tail/tail.case.ts';
import { lastSeries } from './last-series.case.ts';
import { readUwsgiStats } from './read-stats.ts';
import { RequestWatch, startUwsgi } from './uwsgi-input.ts';

let folder: string;
let loop: TargetLoop | undefined;
let intake: CollectingIntake;
const recorded = readFileSync(join(import.meta.dirname, '../../../test/data/uwsgi/stats.json'), 'utf8');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holter-uwsgi-'));
  intake = new CollectingIntake();
});
afterEach(async () => {
  await loop?.stop(false);
  loop = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const series = (): Record<string, number | 'stale'> => lastSeries(intake);

test('what a stats server on a Unix socket says', async () => {
  const path = join(folder, 'stats.sock');
  let answer = recorded;
  const server = createServer((socket) => socket.end(answer));
  await new Promise<void>((done) => server.listen(path, done));
  loop = startUwsgi(path, intake, 100);
  await until(() => intake.frames.length > 0, 'the stats were read');
  expect(intake.frames[0]!.samples[0]!.labels).toMatchObject({ job: 'uwsgi', instance: path });
  expect(series()).toMatchObject({
    'up{}': 1,
    'uwsgi_info{version=2.0.31}': 1,
    'uwsgi_listen_queue_length{}': 0,
    'uwsgi_socket_max_queue_length{name=127.0.0.1:18991,proto=http}': 100,
    'uwsgi_workers{status=busy}': 1,
    'uwsgi_workers{status=idle}': 1,
    'uwsgi_worker_busy{worker_id=1}': 1,
    'uwsgi_worker_requests_total{worker_id=1}': 1,
    'uwsgi_worker_running_time_seconds_total{worker_id=1}': 0.00029,
    'uwsgi_worker_core_busy{core_id=0,worker_id=1}': 1,
    'uwsgi_worker_app_requests_total{app_id=0,worker_id=1}': 2,
    'uwsgi_worker_core_request_info{core_id=0,method=GET,path=/slow/1,worker_id=1}': 1,
  });
  for (const [wrong, reason] of [
    ['<html>', 'is not valid JSON'],
    ['{}', 'expected the JSON of uWSGI’s stats server'],
  ] as const) {
    answer = wrong;
    await until(() => loop!.view().lastError.includes(reason), reason);
    await until(() => series()['up{}'] === 0, 'it is told as down');
  }
  await new Promise((done) => server.close(done));
  await until(() => loop!.view().lastError.includes('ENOENT'), 'the socket is gone');
});

test('an old uWSGI does not say since when a core is in its request: it counts from when it was seen', () => {
  const old = readUwsgiStats(recorded.replaceAll(/"request_start":\s*\d+/g, ''));
  const watch = new RequestWatch();
  expect(watch.read(old, 100).map(({ seconds }) => seconds)).toEqual([0]);
  expect(watch.read(old, 115).map(({ seconds }) => seconds)).toEqual([15]);
  const next = readUwsgiStats(
    recorded.replaceAll('"requests":0', '"requests":1').replaceAll(/"request_start":\s*\d+/g, ''),
  );
  expect(watch.read(next, 130).map(({ seconds }) => seconds)).toEqual([0]);
});
