import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { WorkWatch } from './work-watch.ts';

function start(program: string): number {
  const child = spawn(process.execPath, ['-e', program], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child.pid!;
}

test('a thread that computes is at work, until it is stopped', async () => {
  const watch = new WorkWatch();
  const pid = start('for (;;);');
  await expect.poll(() => watch.isAtWork(pid)).toBe(true);
  process.kill(pid, 'SIGSTOP');
  await expect.poll(() => watch.isAtWork(pid)).toBe(false);
});

test('a thread that waits, or is gone, is not', async () => {
  const watch = new WorkWatch();
  const pid = start('setInterval(() => {}, 1e6)');
  await expect.poll(() => watch.isAtWork(pid)).toBe(false);
  expect(watch.isAtWork(2 ** 30)).toBe(false);
  expect(watch.isAtWork(undefined)).toBe(false);
});

test('a thread that is found asleep but has run in between is at work', async () => {
  const watch = new WorkWatch();
  const pid = start(
    'const nap = new Int32Array(new SharedArrayBuffer(4)); for (;;) { for (const end = process.cpuUsage().user + 20_000; process.cpuUsage().user < end;); Atomics.wait(nap, 0, 0, 60); }',
  );
  await expect.poll(() => watch.isAtWork(pid)).toBe(true);
  for (let look = 0; look < 8; look++) {
    await sleep(400);
    expect(watch.isAtWork(pid)).toBe(true);
  }
});
