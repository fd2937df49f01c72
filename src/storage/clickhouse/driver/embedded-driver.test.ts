// What only the embedded engine can do: run beside itself, wait in line, get stuck.
import { beforeAll, expect, test } from 'vitest';
import { makeFolder } from '../../../../test/store/open-engine.ts';
import type { Driver } from './driver.ts';
import { openEmbeddedDriver } from './embedded-driver.ts';

let driver: Driver;
let stuck = 0;
beforeAll(async () => {
  const folder = makeFolder();
  driver = await openEmbeddedDriver({ folder, stuckMs: 100, onStuck: () => stuck++ });
  return () => driver.close();
});

test('a statement that runs on behind its limit is reported as stuck, others are not', async () => {
  stuck = 0;
  await driver.query('SELECT 1', { max_execution_time: 100 });
  expect(stuck).toBe(0);
  await driver.query('SELECT sleep(1)', { max_execution_time: 0.1 }).catch(() => undefined);
  expect(stuck).toBe(1);
});

test('queries wait in line, and too many are turned away', async () => {
  const asked = Array.from({ length: 300 }, () => driver.query('SELECT sleep(0.01)', {}));
  const outcomes = await Promise.allSettled(asked);
  const refused = outcomes.filter((one) => one.status === 'rejected');
  expect(refused).toHaveLength(300 - 256 - 3);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'TOO_MANY_QUERIES', status: 429 });
});

test('writes go on while queries run', async () => {
  await driver.command('CREATE TABLE IF NOT EXISTS holter.beside (n UInt64) ENGINE = Memory');
  const order: string[] = [];
  const slow = driver.query('SELECT sleep(3)', {}).then(() => order.push('read'));
  await driver.command('INSERT INTO holter.beside SELECT 1').then(() => order.push('written'));
  await slow;
  expect(order).toEqual(['written', 'read']);
});

test.each([
  ['an abort', {}, true],
  ['its time limit', { max_execution_time: 0.05, timeout_overflow_mode: 'throw' }, false],
])('what a query had answered before %s ended it is in no other answer', async (_, settings, aborts) => {
  const abort = new AbortController();
  const sql = 'SELECT 1 AS leftover, sleepEachRow(0.005) FROM numbers(2000)';
  const ended = driver.query(sql, { ...settings, max_block_size: 1 }, abort.signal);
  if (aborts) setTimeout(() => abort.abort(), 100);
  await expect(ended).rejects.toThrow();
  // As many as there are sessions, side by side, so that every session is asked.
  const answers = await Promise.all(
    [2, 3, 4].map((n) => driver.query(`SELECT toUInt8(${n})`, {}, undefined, 'RowBinary')),
  );
  expect(answers.map(({ bytes }) => [...bytes])).toEqual([[2], [3], [4]]);
});
