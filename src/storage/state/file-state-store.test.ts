import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, truncateSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder } from '../../../test/store/open-engine.ts';
import { openFileStateStore } from './file-state-store.ts';
import { decodeRecords, encodeRecord } from './state-log.ts';

test('compare-and-set: versions count up, who comes late is told', async () => {
  const folder = makeFolder();
  const store = await openFileStateStore(folder);
  expect(await store.set('silence/1', 0, { 谁: '张' })).toBe(true);
  expect(await store.set('silence/1', 0, 'again')).toBe(false);
  expect(await store.set('silence/1', 1, ['second'])).toBe(true);
  expect(await Promise.all([store.set('a', 0, 1), store.set('a', 0, 2), store.set('a', 1, 3)])).toEqual([
    true,
    false,
    true,
  ]);
  expect(await store.delete('a', 1)).toBe(false);
  expect(await store.delete('a', 2)).toBe(true);
  expect(await store.delete('a', 0)).toBe(false);
  await store.close();

  const again = await openFileStateStore(folder);
  expect(await again.get('silence/1')).toEqual({ key: 'silence/1', version: 2, value: ['second'] });
  expect(await again.get('a')).toBeUndefined();
  expect(await again.list('silence/')).toHaveLength(1);
  await again.close();
});

test('what a reader gets is its own copy', async () => {
  const store = await openFileStateStore(makeFolder());
  await store.set('k', 0, { list: [1] });
  ((await store.get('k'))!.value as { list: number[] }).list.push(2);
  expect((await store.get('k'))!.value).toEqual({ list: [1] });
  await store.close();
});

test('a torn tail is cut off wherever it was torn, and nothing before it is lost', async () => {
  const folder = makeFolder();
  const path = join(folder, 'state.log');
  const store = await openFileStateStore(folder);
  await store.set('first', 0, '一');
  const whole = statSync(path).size;
  await store.set('second', 0, '二');
  await store.close();
  const full = readFileSync(path);
  for (let size = whole; size < full.length; size++) {
    truncateSync(path, whole);
    appendFileSync(path, full.subarray(whole, size));
    const again = await openFileStateStore(folder);
    expect((await again.list('')).map((entry) => entry.value)).toEqual(['一']);
    await again.close();
    expect(statSync(path).size).toBe(whole);
  }
});

test('a flipped bit ends the valid part', () => {
  const records = Buffer.concat([encodeRecord({ a: 1 }), encodeRecord({ b: 2 })]);
  const first = encodeRecord({ a: 1 }).length;
  for (let bit = first * 8; bit < records.length * 8; bit++) {
    const broken = Buffer.from(records);
    broken[bit >> 3]! ^= 1 << (bit & 7);
    expect(decodeRecords(broken).records).toEqual([{ a: 1 }]);
  }
});

test('the log is compacted, and holds the same', async () => {
  const folder = makeFolder();
  const store = await openFileStateStore(folder);
  const long = 'x'.repeat(100_000);
  for (let version = 0; version < 40; version++) await store.set('k', version, `${version}${long}`);
  await store.set('other', 0, 1);
  await store.close();
  expect(statSync(join(folder, 'state.log')).size).toBeLessThan(1_200_000);
  const again = await openFileStateStore(folder);
  expect((await again.get('k'))!.version).toBe(40);
  expect((await again.get('other'))!.value).toBe(1);
  await again.close();
});

test('any sequence of changes: memory, a new reader of the file and a plain model agree', async () => {
  const change = fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    version: fc.nat(3),
    value: fc.option(fc.jsonValue(), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 30 }), async (changes) => {
      const folder = makeFolder();
      const store = await openFileStateStore(folder);
      const model = new Map<string, { version: number; value: unknown }>();
      const expected = changes.map(({ key, version, value }) => {
        const current = model.get(key);
        if ((current?.version ?? 0) !== version || (value === undefined && current === undefined)) return false;
        if (value === undefined) model.delete(key);
        else model.set(key, { version: version + 1, value: JSON.parse(JSON.stringify(value)) });
        return true;
      });
      const got = await Promise.all(
        changes.map(({ key, version, value }) =>
          value === undefined ? store.delete(key, version) : store.set(key, version, value),
        ),
      );
      expect(got).toEqual(expected);
      await store.close();
      const again = await openFileStateStore(folder);
      const entries = new Map((await again.list('')).map(({ key, version, value }) => [key, { version, value }]));
      expect(entries).toEqual(model);
      await again.close();
    }),
    { numRuns: 50 },
  );
});

test('a second process is told that the folder is in use, and gets it when the first is killed', async () => {
  const folder = makeFolder();
  const module = join(import.meta.dirname, '../../spool/folder-lock.ts');
  const code = `const { lockFolder } = await import(${JSON.stringify(module)}); await lockFolder(${JSON.stringify(folder)}, 0); console.log('locked'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  await expect(openFileStateStore(folder)).rejects.toMatchObject({ code: 'DATA_FOLDER_IN_USE' });
  const opening = openFileStateStore(folder);
  child.kill('SIGKILL');
  await (await opening).close();
});
