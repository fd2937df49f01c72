// Processes that begin, end, fork, exec and stop while they are looked at: every look ends with a report or an error of the
// table, and nothing is left stopped.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { attach } from '../../src/pyproc/attach.ts';
import { Inspector } from '../../src/pyproc/inspect.ts';
import { withPaused } from '../../src/pyproc/pause.ts';
import { listTree } from '../../src/pyproc/procfs/process-tree.ts';
import { readProcessStatus } from '../../src/pyproc/procfs/process-status.ts';
import { needPython, startPython } from '../support/python-target.ts';

const LOOKS = 60;
const options = { localsDepth: 2, redacts: true };
const passing = ['PROCESS_UNKNOWN', 'PROCESS_ZOMBIE', 'PYTHON_NOT_READY', 'PYTHON_ABSENT', 'PYTHON_UNSUPPORTED'];

/** Looks once; gives the code of the error, or `ok`. */
function look(pid: number): string {
  const target = attach(pid);
  if (!target.ok) return target.error.code;
  const report = new Inspector(target.value, pid).inspect(options);
  target.value.close();
  expect(report.threads.length).toBeLessThan(100);
  return 'ok';
}

function countLooks(pids: () => readonly number[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (let round = 0; round < LOOKS; round++) {
    for (const pid of pids()) {
      const outcome = look(pid);
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
  }
  for (const outcome of counts.keys()) expect([...passing, 'ok']).toContain(outcome);
  return counts;
}

test.for(['3.8', '3.11', '3.13'])('a Python %s that execs itself', async (version, context) => {
  const target = startPython(needPython(context, version), 'restless.py', 'exec');
  await target.saw('ready');
  expect(countLooks(() => [target.pid]).get('ok')).toBeGreaterThan(0);
});

test.for(['fork', 'exit'])('a tree that changes (%s)', async (kind, context) => {
  const target = startPython(needPython(context, '3.12'), 'restless.py', kind);
  await target.saw('ready');
  expect(countLooks(() => listTree(target.pid)).get('ok')).toBeGreaterThanOrEqual(LOOKS);
});

test('from its first moment to its last', async (context) => {
  const python = needPython(context, '3.12');
  const outcomes = new Set<string>();
  // Its life is short: on a busy machine not every one is met while it is whole.
  for (let run = 0; run < 15 || (run < 150 && !outcomes.has('ok')); run++) {
    const child = spawn(python, ['-c', 'import time; time.sleep(0.05)'], { stdio: 'ignore' });
    const { pid = 0 } = child;
    const ended = new Promise((done) => child.on('exit', done));
    let isRunning = true;
    void ended.then(() => (isRunning = false));
    while (isRunning) {
      outcomes.add(look(pid));
      await sleep(1);
    }
  }
  for (const outcome of outcomes) expect([...passing, 'ok']).toContain(outcome);
  expect(outcomes.has('ok')).toBe(true);
});

test('stopped and continued by somebody else while it is paused', async (context) => {
  const target = startPython(needPython(context, '3.12'), 'ping_pong.py', 'ordinary');
  await target.saw('ready');
  const attached = attach(target.pid);
  if (!attached.ok) throw new Error(attached.error.message);
  const inspector = new Inspector(attached.value, target.pid);
  const shaker = spawn('sh', [
    '-c',
    'while kill -STOP $0 && sleep 0.003 && kill -CONT $0 && sleep 0.003; do :; done',
    String(target.pid),
  ]);
  const outcomes = new Set<string>();
  for (let round = 0; round < 40; round++) {
    const paused = await withPaused(target.pid, () => inspector.inspect({ ...options, isStill: true }));
    outcomes.add(paused.ok ? 'ok' : paused.error.replaceAll(/\d+/g, '#'));
  }
  shaker.kill('SIGKILL');
  await once(shaker, 'exit');
  process.kill(target.pid, 'SIGCONT');
  attached.value.close();
  expect(outcomes.size).toBeLessThanOrEqual(3);
  await expect.poll(() => readProcessStatus(target.pid)?.state).toMatch(/[RS]/);
});

test('killed outright while it holds the process: the watchdog lets it go on', async (context) => {
  const target = startPython(needPython(context, '3.12'), 'heap_objects.py', '10');
  await target.saw('ready');
  const source = `
    import { withPaused } from ${JSON.stringify(new URL('../../src/pyproc/pause.ts', import.meta.url).href)};
    await withPaused(${target.pid}, () => process.kill(process.pid, 'SIGKILL'));`;
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', source]);
  expect(signal).toBe('SIGKILL');
  await expect.poll(() => readProcessStatus(target.pid)?.state).toBe('S');
});
