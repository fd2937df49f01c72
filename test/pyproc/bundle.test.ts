// The one-file build works where there is nothing but Node.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bundleProcessCommands } from '../../tools/bundle.ts';
import { needPython, startPython } from '../support/python-target.ts';

test('dump, why, record and heap from one file', { timeout: 60_000 }, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'holter-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = await bundleProcessCommands(folder);
  const text = readFileSync(file, 'utf8');
  const imported = Array.from(text.matchAll(/^import .* from ["']([^"']+)["']/gm), (match) => match[1] ?? '');
  expect(imported.filter((name) => !name.startsWith('node:'))).toEqual([]);
  const elsewhere = join(folder, 'copied.mjs');
  copyFileSync(file, elsewhere);
  const target = startPython(needPython(context, '3.12'), 'ping_pong.py', 'ordinary');
  await target.saw('ready');
  const run = (...args: readonly string[]): { status: number | null; stdout: string } =>
    spawnSync(process.execPath, [elsewhere, ...args], { encoding: 'utf8', cwd: '/', env: {} });
  const pid = String(target.pid);
  expect(run('dump', pid).stdout).toContain('<module> (');
  expect(run('why', pid)).toMatchObject({ status: 0, stdout: expect.stringContaining('computes in Python') as string });
  expect(run('heap', '-n', '3', pid).stdout).toContain('tracked by the garbage collector');
  const profile = join(folder, 'x.folded');
  expect(run('record', '-d', '0.7', '-o', profile, pid).status).toBe(0);
  expect(readFileSync(profile, 'utf8')).toMatch(/work_(left|right)/);
});
