// uWSGI embeds the interpreter: the program is not Python's, and between two requests its workers run no Python.
import { expect, test } from 'vitest';
import { need } from '../support/need.ts';
import { diagnose } from '../support/planted-situations.ts';
import { startProgram, type RunningTarget } from '../support/python-target.ts';
import { runHolter } from '../support/run-holter.ts';
import { answersAt, startOnFreePort } from '../support/start-on-free-port.ts';

test('uWSGI: idle, then all workers in the database', async (context) => {
  const program = need(context, 'uwsgi').replace(/python$/, 'uwsgi');
  const flags = ['--master', '--processes', '3', '--wsgi-file', 'wsgi_app.py', '--need-app'];
  let server!: RunningTarget;
  const { port } = await startOnFreePort((own) => {
    server = startProgram(program, ['--http-socket', `127.0.0.1:${own}`, ...flags]);
    return server.child;
  }, answersAt('/'));
  const address = `127.0.0.1:${port}`;
  await server.saw('spawned uWSGI worker 3');
  expect(await (await fetch(`http://${address}/`)).text()).toBe('hello');
  const first = async (): Promise<string | undefined> => (await diagnose(server.pid))[0]?.summary;
  await expect.poll(first).toMatch(/^nothing is wrong: all 4 threads in 4 processes are idle$/);
  const abort = new AbortController();
  for (let request = 0; request < 3; request++) {
    fetch(`http://${address}/slow`, { signal: abort.signal }).catch(() => undefined);
  }
  await expect
    .poll(first)
    .toMatch(/^all 3 uWSGI workers are busy .*: 3 of them wait for 127\.0\.0\.1:\d+ in recv.*\(query_database\)$/);
  const { stdout } = await runHolter('dump', '-s', String(server.pid));
  expect(stdout).toMatch(/Thread \d+ \(idle\): "uWSGIWorker1Core0"\n {4}waits: recv from 127\.0\.0\.1:\d+/);
  expect(stdout).toMatch(/ {4}application \(wsgi_app\.py:15\)\n/);
  abort.abort();
});
