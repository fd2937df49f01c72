import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Log } from '../../base/log.ts';
import { StateLog } from './state-log.ts';

let folder: string;
let path: string;
let errors: string[];
const log: Log = { info: () => undefined, warn: () => undefined, error: (message) => void errors.push(message) };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-log-'));
  path = join(folder, 'state.log');
  errors = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

test('compare-and-set: the version decides, and everything is there after a restart', async () => {
  const state = await StateLog.open(path, log);
  expect(await state.set('token/a', 0, { name: '令牌' })).toBe(true);
  expect(await state.set('token/a', 0, { name: 'late' })).toBe(false);
  expect(await state.set('token/a', 1, { name: '令牌二' })).toBe(true);
  expect(await state.set('token/b', 0, 1)).toBe(true);
  expect(await state.delete('token/b', 2)).toBe(false);
  expect(await state.delete('token/b', 1)).toBe(true);
  expect(await state.set('audit/1', 0, [])).toBe(true);
  await state.close();
  const again = await StateLog.open(path, log);
  expect(await again.get('token/a')).toEqual({ key: 'token/a', version: 2, value: { name: '令牌二' } });
  expect((await again.list('token/')).map(({ key }) => key)).toEqual(['token/a']);
  expect((await again.list('')).map(({ key }) => key)).toEqual(['audit/1', 'token/a']);
  await again.close();
  expect(errors).toEqual([]);
});

test('of two changes at the same moment one wins', async () => {
  const state = await StateLog.open(path, log);
  const outcomes = await Promise.all([1, 2, 3].map((value) => state.set('x', 0, value)));
  expect(outcomes).toEqual([true, false, false]);
  await state.close();
});

test('cut off anywhere, the log holds exactly the changes whose lines are whole', async () => {
  const state = await StateLog.open(path, log);
  const ends = [0];
  for (let i = 0; i < 6; i++) {
    await state.set(`k${i % 3}`, Math.floor(i / 3), `值${i}`);
    ends.push(readFileSync(path).length);
  }
  await state.close();
  const whole = readFileSync(path);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (cut) => {
      writeFileSync(path, whole);
      truncateSync(path, cut);
      const changes = ends.filter((end) => end <= cut).length - 1;
      const survivor = await StateLog.open(path, log);
      for (let k = 0; k < 3; k++) {
        const last = [k, k + 3].filter((i) => i < changes).at(-1);
        expect((await survivor.get(`k${k}`))?.value).toBe(last === undefined ? undefined : `值${last}`);
      }
      expect(await survivor.set('after', 0, cut)).toBe(true);
      await survivor.close();
      const reopened = await StateLog.open(path, log);
      expect((await reopened.get('after'))?.value).toBe(cut);
      await reopened.close();
    }),
    { numRuns: 40 },
  );
  expect(errors).toEqual([]);
});

test('a damaged line in between is reported and costs only itself', async () => {
  const state = await StateLog.open(path, log);
  for (const key of ['a', 'b', 'c']) await state.set(key, 0, key);
  await state.close();
  const bytes = readFileSync(path);
  bytes[bytes.indexOf('"b"') + 1] = 0x7a;
  writeFileSync(path, bytes);
  const survivor = await StateLog.open(path, log);
  expect((await survivor.list('')).map(({ key }) => key)).toEqual(['a', 'c']);
  expect(errors).toEqual([`${path}: 1 of 3 lines are damaged and were left out`]);
  await survivor.close();
});

test('history is dropped from time to time, also while it runs', async () => {
  const state = await StateLog.open(path, log);
  for (let version = 0; version < 1200; version++) await state.set('x', version, 'y'.repeat(100));
  await state.close();
  expect(readFileSync(path).length).toBeLessThan(100 * 400);
  const again = await StateLog.open(path, log);
  expect((await again.get('x'))?.version).toBe(1200);
  await again.close();
});
