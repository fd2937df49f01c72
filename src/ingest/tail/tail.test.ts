import { appendFile, chmod, chown, copyFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Tail, serviceOfPath, type TailOptions } from './tail.ts';
import { MemoryIntake, until } from './tail.case.ts';
import type { TailEvent } from './tailed-path.ts';

let folder = '';
let intake = new MemoryIntake();
let events: TailEvent[] = [];
const tails: Tail[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holter-tail-'));
  intake = new MemoryIntake();
  events = [];
});

afterEach(async () => {
  await Promise.all(tails.splice(0).map((tail) => tail.kill()));
  await rm(folder, { recursive: true });
});

async function startTail(options: Partial<TailOptions> = {}): Promise<Tail> {
  const tail = new Tail({
    globs: [join(folder, '*.log')],
    intake,
    positions: intake.positions,
    rotateWait: 60,
    joinWait: 30,
    pollInterval: 10,
    report: (event) => events.push(event),
    ...options,
  });
  tails.push(tail);
  await tail.start();
  return tail;
}

const line = (n: number, text = ''): string => `{"n":${n},"text":"${text}"}\n`;
const lines = (...numbers: number[]): string => numbers.map((n) => line(n)).join('');
const numbersSeen = (): number[] => intake.records.map((record) => (JSON.parse(record) as { n: number }).n);
const seen = (count: number): Promise<void> => until(() => intake.records.length >= count, `${count} records came`);
const sorted = (numbers: number[]): number[] => numbers.toSorted((a, b) => a - b);

test('lines come whole, with CRLF, in pieces, in any language', async () => {
  const path = join(folder, 'orders.log');
  await startTail();
  await writeFile(path, '\uFEFF{"n":1}\r\n{"n":2,"te');
  await seen(1);
  const rest = Buffer.from('xt":"用户登录"}\n');
  await appendFile(path, rest.subarray(0, 6));
  await new Promise((resolve) => setTimeout(resolve, 40));
  await appendFile(path, rest.subarray(6));
  await seen(2);
  expect(intake.records).toEqual(['{"n":1}', '{"n":2,"text":"用户登录"}']);
  expect(intake.frames[1]).toMatchObject({ source: `tail:${path}`, meta: { stream: { path }, service: 'orders' } });
});

test('a rename keeps the old file until it is still, its last half line too', async () => {
  const path = join(folder, 'a.log');
  await startTail();
  await writeFile(path, lines(1, 2));
  await seen(2);
  await rename(path, `${path}.1`);
  await appendFile(`${path}.1`, `${line(3)}{"n":4}`);
  await writeFile(path, lines(5));
  await seen(5);
  expect(sorted(numbersSeen())).toEqual([1, 2, 3, 4, 5]);
});

test('files that came and went between two looks are found', async () => {
  const path = join(folder, 'a.log');
  const tail = await startTail();
  await writeFile(path, lines(1));
  await seen(1);
  await tail.kill();
  await appendFile(path, lines(2));
  await rename(path, `${path}.2`);
  await writeFile(`${path}.1`, lines(3));
  await writeFile(path, lines(4));
  await startTail();
  await seen(4);
  expect(sorted(numbersSeen())).toEqual([1, 2, 3, 4]);
});

test.each([
  ['shorter than the fingerprint of its beginning', 2, '*.log', 'a.log.1'],
  ['longer than that', 200, '*.log', 'a.log.1'],
  ['under a name that is followed, too, short', 2, '*.log*', 'a.log.1'],
  ['under a name that is followed, too, long', 200, '*.log*', 'a.log.1'],
])('a copy from before the last lines that were read, %s, is not read again', async (_, first, glob, name) => {
  const path = join(folder, 'a.log');
  const before = Array.from({ length: first }, (_one, n) => n);
  await startTail({ globs: [join(folder, glob)] });
  await writeFile(path, lines(...before));
  await seen(first);
  // Two more lines come, and are read, between copying and cutting.
  await copyFile(path, join(folder, name));
  await appendFile(path, lines(first, first + 1));
  await seen(first + 2);
  await truncate(path, 0);
  await appendFile(path, lines(first + 2));
  await seen(first + 3);
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(sorted(numbersSeen())).toEqual([...before, first, first + 1, first + 2]);
});

test('a start right after the cut: a copy that is shorter than what was read is not read again', async () => {
  const path = join(folder, 'a.log');
  const tail = await startTail();
  await writeFile(path, lines(1, 2));
  await seen(2);
  await copyFile(path, `${path}.1`);
  await appendFile(path, lines(3));
  await seen(3);
  await tail.kill();
  await truncate(path, 0);
  const next = await startTail();
  await until(() => next.statistics.truncations === 1, 'the cut was seen');
  await appendFile(path, lines(4));
  await seen(4);
  expect(sorted(numbersSeen())).toEqual([1, 2, 3, 4]);
});

test('a start after the cut, while the new contents are copied already: they are read once', async () => {
  const path = join(folder, 'a.log');
  const tail = await startTail();
  await writeFile(path, lines(1, 2));
  await seen(2);
  await copyFile(path, `${path}.1`);
  await truncate(path, 0);
  await until(() => tail.statistics.truncations === 1, 'the cut was seen');
  await tail.kill();
  await appendFile(path, lines(3, 4, 5));
  await rename(`${path}.1`, `${path}.2`);
  await copyFile(path, `${path}.1`);
  await startTail();
  await seen(5);
  await appendFile(path, lines(6));
  await seen(6);
  expect(sorted(numbersSeen())).toEqual([1, 2, 3, 4, 5, 6]);
});

test('copytruncate loses what was written in between only, and counts it', async () => {
  const path = join(folder, 'a.log');
  const tail = await startTail({ pollInterval: 20 });
  await writeFile(path, lines(1));
  await seen(1);
  await appendFile(path, lines(2));
  await copyFile(path, `${path}.1`);
  await truncate(path, 0);
  await appendFile(path, lines(3));
  await seen(3);
  expect(sorted(numbersSeen())).toEqual([1, 2, 3]);
  await until(() => tail.statistics.truncations === 1, 'the truncation is counted');
  await truncate(path, 0);
  await until(() => tail.statistics.truncations === 2, 'the second truncation is counted');
  expect(tail.statistics.missedBytes).toBe(0);
});

test('a glob that also matches rotated files and copies reads nothing twice', async () => {
  const path = join(folder, 'a.log');
  await startTail({ globs: [join(folder, '*.log*')] });
  await writeFile(path, lines(1, 2));
  await seen(2);
  await rename(path, `${path}.1`);
  await writeFile(path, lines(3));
  await seen(3);
  await copyFile(path, `${path}.2`);
  await truncate(path, 0);
  await appendFile(path, lines(4));
  await seen(4);
  await writeFile(`${path}.3.gz`, gzipSync(lines(3)));
  await writeFile(join(folder, 'b.log.gz'), gzipSync(lines(5, 6)));
  await seen(6);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(sorted(numbersSeen())).toEqual([1, 2, 3, 4, 5, 6]);
});

test('an intake that is full is waited for, one that refuses stops the tail', async () => {
  const path = join(folder, 'a.log');
  intake.full = 4;
  await writeFile(path, lines(1, 2));
  await startTail();
  await seen(2);
  intake.lives = 0;
  await appendFile(path, lines(3));
  await until(() => events.length > 0, 'the refusal is reported');
  expect(numbersSeen()).toEqual([1, 2]);
});

test('a line without end is cut, and the next one is whole', async () => {
  const path = join(folder, 'a.log');
  const tail = await startTail();
  await writeFile(path, `${'警'.repeat(3_000_000)}\n${line(2)}`);
  await seen(2);
  expect(Buffer.byteLength(intake.records[0]!)).toBe((1 << 20) - ((1 << 20) % 3));
  expect(intake.records[1]).toBe(line(2).trim());
  await until(() => tail.statistics.cutLines === 1, 'the cut is counted');
  expect(tail.statistics.cutBytes).toBe(9_000_000 - (1 << 20) + ((1 << 20) % 3));
});

test('descriptors are bounded', async () => {
  for (let i = 0; i < 40; i++) await writeFile(join(folder, `f${i}.log`), line(i));
  const tail = await startTail({ maxOpenFiles: 10 });
  await seen(40);
  await until(() => tail.statistics.openFiles <= 10, 'files were closed');
  await appendFile(join(folder, 'f0.log'), line(100));
  await rename(join(folder, 'f1.log'), join(folder, 'f1.log.1'));
  await writeFile(join(folder, 'f1.log'), line(101));
  await seen(42);
  expect(sorted(numbersSeen()).slice(-2)).toEqual([100, 101]);
});

test('a file that must not be read is reported once, and read when it may be', async () => {
  const path = join(folder, 'a.log');
  await writeFile(path, lines(1));
  const root = process.geteuid?.() === 0;
  try {
    // Root reads everything: here the tail is nobody's.
    if (root) {
      await chown(path, 65_534, 65_534);
      await chmod(folder, 0o755);
      process.seteuid?.(65_534);
    }
    await chmod(path, 0);
    await startTail();
    await until(() => events.length === 1, 'it is reported');
    await chmod(path, 0o600);
    await seen(1);
    expect(events).toHaveLength(1);
  } finally {
    if (root) process.seteuid?.(0);
  }
});

test('a stop sends what waits for more lines', async () => {
  const path = join(folder, 'a.log');
  const tail = await startTail({ joinWait: 60_000 });
  await writeFile(path, 'INFO:root:first\nINFO:root:last\n');
  await seen(1);
  await tail.stop();
  expect(intake.records).toEqual(['INFO:root:first', 'INFO:root:last']);
});

test('services are named by their files', () => {
  const names = [
    '/var/log/orders.log',
    '/x/orders-2026-11-21.log',
    'pay.json.1.gz',
    'a.out',
    '/l/7.log',
    'gunicorn.error.log',
  ];
  expect(names.map(serviceOfPath)).toEqual(['orders', 'orders', 'pay', 'a', '7', 'gunicorn.error']);
});
