// Real servers: gunicorn with Flask, Celery, OpenTelemetry.
import { expect, test } from 'vitest';
import { need } from '../support/need.ts';
import { diagnose } from '../support/planted-situations.ts';
import { startProgram, startPython, type RunningTarget } from '../support/python-target.ts';
import { runHolter } from '../support/run-holter.ts';
import { answersAt, startOnFreePort } from '../support/start-on-free-port.ts';

test('gunicorn: idle, then all sync workers busy', async (context) => {
  const python = need(context, 'services');
  // It would end workers that are stuck for half a minute.
  const args = ['-m', 'gunicorn', '-w', '2', '--timeout', '600', 'flask_app:app'];
  let server!: RunningTarget;
  const { port } = await startOnFreePort((own) => {
    server = startProgram(python, [...args, '-b', `127.0.0.1:${own}`]);
    return server.child;
  }, answersAt('/'));
  await server.saw('Booting worker', 2);
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('hello');
  await expect
    .poll(async () => (await diagnose(server.pid)).map(({ summary }) => summary))
    .toEqual([expect.stringMatching(/^nothing is wrong: all \d threads in 3 processes are idle$/)]);
  const abort = new AbortController();
  for (let request = 0; request < 2; request++) {
    fetch(`http://127.0.0.1:${port}/slow`, { signal: abort.signal }).catch(() => undefined);
  }
  await expect
    .poll(async () => (await diagnose(server.pid)).filter(({ severity }) => severity !== 'note'))
    // One thing is wrong, and it is said once.
    .toMatchObject([
      {
        kind: 'all-workers-busy',
        severity: 'fault',
        summary: expect.stringMatching(
          /^all 2 gunicorn workers are busy and requests queue up: 2 of them wait for 2 addresses \(127\.0\.0\.1:\d+ …\) in recv, longest for \S+ s at \S*flask_app\.py:14 \(query_database\)$/,
        ) as string,
      },
    ]);
  const { stdout } = await runHolter('dump', '-s', String(server.pid));
  expect(stdout.match(/^Process \d+/gm)).toHaveLength(3);
  expect(stdout).toMatch(/waits: recv from 127\.0\.0\.1:\d+ \(local .*\n {4}query_database \(.*flask_app\.py:14\)/);
  abort.abort();
});

test('a Celery worker that waits for its broker', async (context) => {
  const python = need(context, 'services');
  const worker = startProgram(python, ['-m', 'celery', '-A', 'celery_app', 'worker', '--pool', 'solo']);
  await expect
    .poll(async () => (await diagnose(worker.pid)).map(({ summary }) => summary).join('\n'))
    .toMatch(/a Celery worker waits for its broker 127\.0\.0\.1:\d+ for/);
});

test('the trace and span that a thread is in', async (context) => {
  const target = startPython(need(context, 'services'), 'traced.py');
  await target.saw('ready');
  const { stdout } = await runHolter('dump', String(target.pid), '--json');
  const { threads } = JSON.parse(stdout) as {
    threads: { name: string; trace?: { traceId: string; spanId: string } }[];
  };
  const lines = threads.flatMap(({ name, trace }) =>
    trace === undefined ? [] : [`${name} ${trace.traceId} ${trace.spanId}`],
  );
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(target.output()).toContain(line);
});
