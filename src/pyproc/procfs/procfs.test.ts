import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { parseMaps, readMaps } from './maps.ts';
import { readCommandLine, readProcessStatus, readStartTime, statFields } from './process-status.ts';
import { readProcText } from './read-text.ts';
import { readTaskTimes, readTaskState, readTaskSyscall, readWaitChannel } from './task.ts';

test('maps: names with spaces, deleted files, anonymous memory', () => {
  const text = [
    '7f0000000000-7f0000001000 r-xp 00002000 08:01 42 /a dir/lib x.so (deleted)',
    '7f0000001000-7f0000003000 rw-p 00000000 00:00 0 ',
    '7ffc00000000-7ffc00001000 rw-p 00000000 00:00 0 [stack]',
    'nonsense',
  ].join('\n');
  expect(parseMaps(text)).toMatchObject([
    { start: 0x7f0000000000, path: '/a dir/lib x.so', isDeleted: true, fileOffset: 0x2000, fileKey: '08:01 42' },
    { end: 0x7f0000003000, path: '', isWritable: true, fileKey: '' },
    { path: '[stack]' },
  ]);
  expect(readMaps(process.pid).some((mapping) => mapping.path === '[stack]')).toBe(true);
});

test('a program name may hold parentheses and spaces', () => {
  expect(statFields('12 (a) S) R 1 2 3').slice(0, 2)).toEqual(['R', '1']);
});

test('a small file is read whole, a missing one is undefined', () => {
  expect(readProcText('/proc/self/sched')).toMatch(/^.*\n[\s\S]*\n$/);
  expect(readProcText('/proc/self/task/0/stat')).toBeUndefined();
});

test('a process that sleeps, and one that is gone', async () => {
  const child = spawn('sleep', ['100']);
  const pid = child.pid ?? 0;
  await expect.poll(() => readTaskSyscall(pid, pid)).toMatchObject({ number: 230 });
  expect(readWaitChannel(pid, pid) ?? 'hidden').toMatch(/nanosleep|hidden/);
  expect(readProcessStatus(pid)).toMatchObject({ name: 'sleep', state: 'S', parent: process.pid, threads: 1 });
  expect(readCommandLine(pid)).toEqual(['sleep', '100']);
  expect(readTaskState(pid, pid)).toBe('S');
  expect(readTaskTimes(pid, pid)?.ran).toBeGreaterThanOrEqual(0);
  expect(readStartTime(pid)).toBeGreaterThan(0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(readProcessStatus(pid)).toBeUndefined();
  expect(readStartTime(pid)).toBeUndefined();
  expect(readCommandLine(pid)).toEqual([]);
});
