import { mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { beginsLike } from './file-fingerprint.ts';

test('a file is no copy of what stood at its path before', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holter-fingerprint-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [path, copyPath] = [join(folder, 'a.log.1'), join(folder, 'a.log.2')];
  await writeFile(path, '一\n二\n');
  await writeFile(copyPath, '一\n');
  const { dev, ino } = await stat(path);
  const copy = await open(copyPath, 'r');
  const itself = await open(path, 'r');
  onTestFinished(async () => void (await Promise.all([copy.close(), itself.close()])));
  expect(await beginsLike(copy, { path, device: dev, inode: ino })).toBe(true);
  // The followed file has moved on, and the one that is looked at took its place.
  const moved = { path, device: dev, inode: ino + 1 };
  expect(await beginsLike(itself, moved)).toBe(false);
});
