// Cores of processes in containers: the paths in them are those of another root, where we have other files or none.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { need, needThat } from '../support/need.ts';
import { runHolter } from '../support/run-holter.ts';

const script = resolve(import.meta.dirname, '../targets/crash.py');

test.for([
  ['3.11', 'bookworm'],
  ['3.13', 'trixie'],
  ['3.14', 'forky'],
  ['3.15', 'sid'],
] as const)('a core of Python %s in a root of its own (%s)', async ([version, suite], context) => {
  const root = need(context, `debian-${suite}`);
  const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim();
  needThat(context, 'core files', pattern.startsWith('core'), `core_pattern is "${pattern}"`);
  const folder = mkdtempSync(join(root, 'tmp/holter-core-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  copyFileSync(script, join(folder, 'crash.py'));
  const line = `cd /tmp/${basename(folder)} && ulimit -c unlimited && exec python${version} crash.py`;
  const { signal, status } = spawnSync('chroot', [root, 'sh', '-c', line], { cwd: folder });
  expect(signal ?? status).toBe('SIGSEGV');
  const core = ['core', `core.${process.pid}`].map((name) => join(folder, name)).find((path) => existsSync(path));
  const executable = join(root, `usr/bin/python${version}`);
  for (const flags of [[], ['--executable', executable]]) {
    const { code, stdout } = await runHolter('core', String(core), '--heap', ...flags);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^died of SIGSEGV at address 0x0 \(a null pointer\)\n/);
    expect(stdout).toContain('    pay (crash.py:36)\n');
    expect(stdout).toContain('handling: ValueError: no price for order 4711\n');
    expect(stdout).toContain("amount: {'EUR': 12.5, 'city': '北京'}\n");
    expect(stdout).toMatch(/waits: Lock lock at 0x[0-9a-f]+, held by thread "payer"/);
    expect(stdout).toContain('INFO shop.pay: order 4711 of 北京: 12.50 EUR\n');
    expect(stdout).toMatch(/^ +\d+ +[\d.]+ [KM]iB +[\d.]+ {2}str$/m);
    expect(stdout).toMatch(/^\d+ objects, \d\.\d MiB; /m);
  }
});
