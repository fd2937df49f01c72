import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { readTaskState } from '../procfs/task.ts';
import type { WaitReport } from './wait.ts';
import { SchedulerClock, withLeastWait } from './waited.ts';

const unknown: WaitReport = { wait: { kind: 'fault' }, waited: undefined, text: 'a page' };

test('a thread that did not run between two looks has waited at least so long', () => {
  const seen = withLeastWait(unknown, { ran: 5, queued: 0 }, { ran: 5, queued: 0 }, 0.25);
  expect(seen).toEqual({ ...unknown, waited: { seconds: 0.25, isAtLeast: true }, text: 'a page – at least 0.3 s' });
});

test('nothing is said of one that ran, or that was seen once', () => {
  expect(withLeastWait(unknown, { ran: 5, queued: 0 }, { ran: 6, queued: 0 }, 1)).toBe(unknown);
  expect(withLeastWait(unknown, undefined, { ran: 6, queued: 0 }, 1)).toBe(unknown);
  expect(withLeastWait(unknown, undefined, undefined, 1)).toBe(unknown);
});

test('what the kernel says stands', () => {
  const known = { ...unknown, waited: { seconds: 9, isAtLeast: false } };
  expect(withLeastWait(known, { ran: 5, queued: 0 }, { ran: 5, queued: 0 }, 0.25)).toBe(known);
});

test('how long a thread has slept grows, on one setting of the clock', async (context) => {
  const child = spawn('sleep', ['100']);
  const pid = child.pid ?? 0;
  await expect.poll(() => readTaskState(pid, pid)).toBe('S');
  const clock = new SchedulerClock();
  const first = clock.sinceLastRun(pid, pid);
  if (first === undefined) context.skip('this kernel has no /proc/PID/sched');
  await expect.poll(() => (clock.sinceLastRun(pid, pid)?.seconds ?? 0) - (first?.seconds ?? 0)).toBeGreaterThan(0.02);
  expect(clock.sinceLastRun(pid, 0)).toBeUndefined();
  child.kill('SIGKILL');
  await once(child, 'exit');
});
