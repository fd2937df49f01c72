// The one-file build works where there is nothing but Node.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bundleProcessCommands } from '../../tools/bundle.ts';
import { needThat } from '../support/need.ts';
import { needPython, startPython } from '../support/python-target.ts';

test('dump, why, record and heap from one file', async (context) => {
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

/** A root file system that holds Node, the libraries that it is linked with, and an empty /proc. */
function makeNodeRoot(folder: string): void {
  const { stdout } = spawnSync('ldd', [process.execPath], { encoding: 'utf8' });
  const libraries = Array.from(stdout.matchAll(/(\/\S+) \(0x/g), (match) => match[1] ?? '');
  expect(libraries.length).toBeGreaterThan(3);
  for (const library of libraries) {
    mkdirSync(join(folder, dirname(library)), { recursive: true });
    copyFileSync(library, join(folder, library));
  }
  copyFileSync(process.execPath, join(folder, 'node'));
  for (const name of ['proc', 'tmp']) mkdirSync(join(folder, name));
}

test('in a root that has nothing but Node', async (context) => {
  needThat(context, 'root', process.getuid?.() === 0, 'only root can enter another root');
  const folder = mkdtempSync(join(tmpdir(), 'holter-root-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  makeNodeRoot(folder);
  await bundleProcessCommands(folder);
  const target = startPython(needPython(context, '3.13'), 'two_locks.py');
  await target.saw('ready');
  const enter = 'mount --bind /proc "$0/proc" && exec chroot "$0" /node /holter-process.mjs "$@"';
  const run = (...args: readonly string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', enter, folder, ...args], {
      encoding: 'utf8',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    });
  const pid = String(target.pid);
  expect(run('dump', pid)).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringContaining('"forwards"') as string,
  });
  expect(run('why', pid).stdout).toMatch(/^✗ deadlock of 2 threads: /);
  expect(run('heap', '--by', 'module', pid)).toMatchObject({ status: 0, stderr: '' });
  expect(run('top', '--once', pid)).toMatchObject({ status: 0, stderr: '' });
  expect(run('record', '--idle', '-d', '0.5', '-o', '/tmp/x.folded', pid).status).toBe(0);
  expect(readFileSync(join(folder, 'tmp/x.folded'), 'utf8')).toMatch(/backwards/);
});
