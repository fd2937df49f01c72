import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { CollectingIntake } from '../../../test/scrape/collecting-intake.ts';
import { need } from '../../../test/support/need.ts';
import { answersAt, startOnFreePort, type StartedProgram } from '../../../test/support/start-on-free-port.ts';
import { until } from '../tail/tail.case.ts';
import { listenStatsd, type StatsdListener } from './statsd-listener.ts';

let listener: StatsdListener | undefined;
let gunicorn: StartedProgram | undefined;
const intake = new CollectingIntake();

afterEach(async () => {
  gunicorn?.child.kill('SIGKILL');
  gunicorn = undefined;
  await listener?.stop();
  listener = undefined;
  intake.frames.length = 0;
  intake.refused.length = 0;
});

/** The last value of every series, without what stands on all of them. */
function series(): Record<string, number | 'stale'> {
  const found: Record<string, number | 'stale'> = {};
  for (const { samples } of intake.frames)
    for (const { labels, value } of samples) {
      const { __name__: name, job: _job, instance: _instance, ...own } = labels;
      const inner = Object.entries(own).map(([label, text]) => `${label}=${text}`);
      found[`${name}{${inner.join(',')}}`] = value;
    }
  return found;
}

async function send(...packets: string[]): Promise<void> {
  const socket = createSocket('udp4');
  const { lines } = listener!.statistics;
  const expected = packets
    .join('\n')
    .split('\n')
    .filter((line) => line !== '').length;
  for (const packet of packets)
    await new Promise((done) => socket.send(packet, listener!.address.port, '127.0.0.1', done));
  socket.close();
  await until(() => listener!.statistics.lines === lines + expected, 'all lines came');
}

test('counters, gauges, timers, histograms, sets, tags', async () => {
  listener = await listenStatsd({ intake, host: '127.0.0.1', port: 0, interval: 3_600_000 });
  await send(
    'hits:1|c\nhits:2|c|@0.5\n\nhits_total:4|c\n',
    'hits:1|c|#env:生产,flag\nhits:1|c|#flag,env:生产',
    'temp:20|g\ntemp:+2.5|g\ntemp:-1|g',
    'api.time:320|ms\napi.time:7:12000|ms|@0.5',
    'size:2000|h|#le:x,__a:b\nsize:0.5|d',
    'users:a|s\nusers:b|s\nusers:a|s',
    '_e{1,1}:a|b\n_sc|a|0\nbad\nhits:1|g\nhits_total:1|g',
  );
  expect(listener.statistics).toMatchObject({ ignored: 2, malformed: 1, refused: 1 });
  await listener.stop();
  listener = undefined;
  const found = series();
  expect(found).toMatchObject({
    'hits_total{}': 9,
    'hits_total{env=生产,flag=true}': 2,
    'hits{}': 1,
    'temp{}': 21.5,
    'api_time_seconds_bucket{le=0.005}': 0,
    'api_time_seconds_bucket{le=0.01}': 2,
    'api_time_seconds_bucket{le=0.5}': 3,
    'api_time_seconds_bucket{le=30.0}': 5,
    'api_time_seconds_bucket{le=+Inf}': 5,
    'api_time_seconds_count{}': 5,
    'size_bucket{le=1.0}': 1,
    'size_bucket{le=3000.0}': 2,
    'users_distinct{}': 2,
    'up{}': 1,
  });
  expect(found['api_time_seconds_sum{}']).toBeCloseTo(24.334, 9);
  const [{ labels } = { labels: {} }] = intake.frames.flatMap(({ samples }) => samples);
  expect(labels).toMatchObject({ job: 'statsd' });
  expect(intake.refused).toEqual([expect.stringContaining('expected NAME:VALUE|TYPE')]);
});

test("gunicorn's own metrics", async (context) => {
  const python = need(context, 'services');
  listener = await listenStatsd({ intake, host: '127.0.0.1', port: 0, interval: 300 });
  const folder = mkdtempSync(join(tmpdir(), 'holter-statsd-'));
  try {
    writeFileSync(
      join(folder, 'app.py'),
      "def app(environ, start_response):\n    bad = environ['PATH_INFO'] == '/bad'\n    start_response('500 X' if bad else '200 OK', [])\n    return [b'x']\n",
    );
    const address = `127.0.0.1:${listener.address.port}`;
    const flags = ['-w', '2', '--statsd-host', address, '--statsd-prefix', 'shop', '--dogstatsd-tags', 'env:prod'];
    gunicorn = await startOnFreePort(
      (own) =>
        spawn(join(dirname(python), 'gunicorn'), ['-b', `127.0.0.1:${own}`, ...flags, 'app:app'], {
          cwd: folder,
          stdio: 'ignore',
        }),
      answersAt('/'),
    );
    const { port } = gunicorn;
    const ask = (path: string): Promise<Response | undefined> =>
      fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
    for (let i = 0; i < 9; i++) await ask(i % 3 === 0 ? '/bad' : '/');
    const wanted = {
      'shop_gunicorn_requests_total{env=prod}': 10,
      'shop_gunicorn_request_status_total{code=200,env=prod}': 7,
      'shop_gunicorn_request_status_total{code=500,env=prod}': 3,
      'shop_gunicorn_request_duration_seconds_count{env=prod}': 10,
      // The arbiter tells this by its own clock, once a second: the requests may be counted before it speaks.
      'shop_gunicorn_workers{env=prod}': 2,
    };
    await expect.poll(series).toMatchObject(wanted);
    expect(listener.statistics.malformed).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
