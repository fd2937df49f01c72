// Retention on the real tables: whole days go, the others stay untouched.
import { beforeAll, expect, test } from 'vitest';
import { pushLogs, pushSpans } from '../../../test/store/make-blocks.ts';
import { openTestEngine, type TestEngine } from '../../../test/store/open-engine.ts';
import { TelemetryBlock } from '../../model/telemetry-block.ts';
import { applyRetention } from './partitions.ts';
import { readStatistics } from './statistics.ts';

const DAY = 86_400_000;
const FIRST_DAY = 20_000;
let storage: TestEngine;

async function rowsOf(table: string): Promise<number> {
  return (await readStatistics(storage.engine.driver)).find((one) => one.table === table)!.rows;
}

beforeAll(async () => {
  storage = await openTestEngine();
  for (let day = FIRST_DAY; day < FIRST_DAY + 4; day++) {
    const block = new TelemetryBlock();
    const at = { rows: 100, from: BigInt(day * DAY + DAY / 2) * 1_000_000n, span: 1e9, seed: day };
    pushLogs(block, at);
    pushSpans(block, at);
    await storage.store(block);
  }
});

test('each signal goes by its own time', async () => {
  const policy = { classes: [{ logs: 2 * DAY, traces: DAY, metrics: DAY }] };
  // Noon of the day after the last: logs of two whole days are over, spans of three.
  const dropped = await applyRetention(storage.engine.driver, policy, (FIRST_DAY + 4) * DAY, undefined);
  expect(await rowsOf('logs')).toBe(200);
  expect(await rowsOf('spans')).toBe(100);
  expect(dropped.filter((one) => one.table === 'logs').map((one) => one.day)).toEqual([FIRST_DAY, FIRST_DAY + 1]);
  expect(await applyRetention(storage.engine.driver, policy, (FIRST_DAY + 4) * DAY, undefined)).toEqual([]);
});

test('a full disk takes the oldest days of all signals, never the newest', async () => {
  const policy = { classes: [{ logs: 99 * DAY, traces: 99 * DAY, metrics: 99 * DAY }], diskShare: 0 };
  const dropped = await applyRetention(storage.engine.driver, policy, (FIRST_DAY + 4) * DAY, storage.folder);
  expect(dropped.every((one) => one.reason === 'disk' && one.day < FIRST_DAY + 3)).toBe(true);
  expect(await rowsOf('logs')).toBe(100);
  expect(await rowsOf('spans')).toBe(100);
});

test('metrics of another retention class go by its time, samples and series alike', async () => {
  const day = FIRST_DAY + 10;
  const block = new TelemetryBlock();
  for (const [metric, retention] of [
    ['kept', 0],
    ['debug', 1],
  ] as const) {
    block.series.push(metric, BigInt(retention + 1), day, [], 0n, retention);
    block.samples.push(block.samples.metric.indexOf(metric), BigInt(retention + 1), day * DAY, 1, retention);
  }
  await storage.store(block);
  const base = { logs: 99 * DAY, traces: 99 * DAY, metrics: 9 * DAY };
  const policy = { classes: [base, { ...base, metrics: DAY }] };
  const dropAt = (days: number) => applyRetention(storage.engine.driver, policy, (day + days) * DAY, undefined);
  expect((await dropAt(2)).map(({ table, retention }) => `${table} ${retention}`).toSorted()).toEqual([
    'samples 1',
    'series 1',
  ]);
  expect([await rowsOf('samples'), await rowsOf('series')]).toEqual([1, 1]);
  expect((await dropAt(10)).map(({ table, retention }) => `${table} ${retention}`).toSorted()).toEqual([
    'samples 0',
    'series 0',
  ]);
});
