import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CollectingIntake } from '../../../test/scrape/collecting-intake.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { need } from '../../../test/support/need.ts';
import { answersAt, startOnFreePort } from '../../../test/support/start-on-free-port.ts';
import { until } from '../tail/tail.case.ts';
import { lastSeries } from './last-series.case.ts';
import { startUwsgi } from './uwsgi-input.ts';

test('a real uWSGI with a stuck worker', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'holter-uwsgi-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const intake = new CollectingIntake();
  const series = (): Record<string, number | 'stale'> => lastSeries(intake);
  const python = need(context, 'uwsgi');
  writeFileSync(
    join(folder, 'app.py'),
    "import time\ndef application(environ, start_response):\n    if environ['PATH_INFO'].startswith('/slow'):\n        time.sleep(600)\n    start_response('200 OK', [])\n    return [b'x']\n",
  );
  const flags = ['--wsgi-file', 'app.py', '--processes', '2', '--master', '--die-on-term'];
  let stats = 0;
  const { child, port: http } = await startOnFreePort(async (own) => {
    stats = await freePort();
    const addresses = ['--http-socket', `127.0.0.1:${own}`, '--stats', `127.0.0.1:${stats}`];
    return spawn(join(dirname(python), 'uwsgi'), [...addresses, ...flags], { cwd: folder, stdio: 'ignore' });
  }, answersAt('/'));
  onTestFinished(() => void child.kill('SIGKILL'));
  const ask = (path: string): Promise<unknown> => fetch(`http://127.0.0.1:${http}${path}`).catch(() => undefined);
  await ask('/');
  const loop = startUwsgi(`127.0.0.1:${stats}`, intake, 200);
  onTestFinished(() => loop.stop(false));
  void ask(`/slow/${encodeURIComponent('报表')}?token=secret`);
  const info = (): string | undefined =>
    Object.keys(series()).find((name) => name.startsWith('uwsgi_worker_core_request_info'));
  await until(() => info() !== undefined, 'the stuck request was seen');
  expect(info()).toContain('method=GET,path=/slow/报表');
  expect(info()).not.toContain('secret');
  const found = series();
  const sum = (name: string): number =>
    Object.entries(found).reduce((total, [key, value]) => total + (key.startsWith(`${name}{`) ? Number(value) : 0), 0);
  expect(sum('uwsgi_worker_requests_total')).toBe(2);
  expect(sum('uwsgi_worker_busy')).toBe(1);
  expect(sum('uwsgi_workers')).toBe(2);
});
