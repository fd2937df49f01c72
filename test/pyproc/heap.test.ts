// `holter heap` as a whole program, and --pause.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readProcessStatus } from '../../src/pyproc/procfs/process-status.ts';
import { needPython, startPython } from '../support/python-target.ts';
import { runHolter } from '../support/run-holter.ts';

test('a table of types, paused or not, and the target goes on afterwards', async (context) => {
  const target = startPython(needPython(context, '3.12'), 'heap_objects.py', '5000');
  await target.saw('ready');
  for (const flags of [[], ['--pause']]) {
    const { code, stdout, stderr } = await runHolter('heap', ...flags, '-n', '200', String(target.pid));
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +5000 +[\d.]+ KiB +[\d.]+ {2}__main__\.Order$/m);
    expect(stdout).toMatch(/^small-object allocator: \d+ arenas \([\d.]+ MiB\), pools .* % of them in use$/m);
    expect(stdout).toMatch(/^resident memory .*: objects .*, not explained by Python [\d.]+ [KM]iB$/m);
    // It sleeps: nothing can have changed while it was read.
    if (flags.length === 0) expect(stdout).toContain('exact: the process did not run while it was counted');
  }
  await expect.poll(() => readProcessStatus(target.pid)?.state).toBe('S');
  const modules = await runHolter('heap', '--by', 'module', '-n', '1', String(target.pid));
  expect(modules.stdout).toMatch(/^ +count +bytes +% {2}module\n.*\n… \d+ more modules\n/);
  // A type of a C module is found without its module's name, too.
  const refs = await runHolter('heap', '--refs', 'ReferenceType', String(target.pid));
  expect(refs.stdout).toMatch(/^<weakref\.ReferenceType at 0x[0-9a-f]+> at 0x[0-9a-f]+ is held by:\n/);
});

test('what grows: while watching, and since a stored census', async (context) => {
  const target = startPython(needPython(context, '3.11'), 'leak.py');
  await target.saw('ready');
  const pid = String(target.pid);
  const file = join(mkdtempSync(join(tmpdir(), 'holter-')), 'heap.json');
  expect((await runHolter('heap', '--save', file, pid)).code).toBe(0);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ format: 'holter-heap', version: 1 });
  const watched = await runHolter('heap', '--watch', '3s', '--pause', '--json', pid);
  const { growth } = JSON.parse(watched.stdout) as { growth: { name: string; addedCount: number }[] };
  const grown = Object.fromEntries(growth.map((row) => [row.name, row.addedCount]));
  expect(grown['Session']).toBeGreaterThan(0);
  // Paused, both counts are of one moment: each session has made one string.
  expect(Math.abs((grown['str'] ?? 0) - (grown['Session'] ?? 0))).toBeLessThanOrEqual(5);
  const compared = await runHolter('heap', '--compare', file, pid);
  expect((await runHolter('heap', '--save', `${file}.later`, pid)).stdout).toMatch(
    /^±\d+ objects \([\d.]+ %\) came or went|^exact: /m,
  );
  const stored = await runHolter('heap', '--compare', file, `${file}.later`);
  expect(stored.stdout).toMatch(/^ +\+\d+ +\+[\d.]+ \w+ +\d+ {2}__main__\.Session \(0x[0-9a-f]+\)$/m);
  expect(compared.stdout).toMatch(/^ +\+\d+ +\+[\d.]+ \w+ +\d+ {2}__main__\.Session \(0x[0-9a-f]+\)$/m);
});

test('a process that is stopped already is left alone', async (context) => {
  const target = startPython(needPython(context, '3.12'), 'heap_objects.py', '10');
  await target.saw('ready');
  process.kill(target.pid, 'SIGSTOP');
  await expect.poll(() => readProcessStatus(target.pid)?.state).toBe('T');
  const { code, stderr } = await runHolter('heap', '--pause', String(target.pid));
  expect(stderr).toContain('is stopped already');
  expect(code).toBe(3);
  expect(readProcessStatus(target.pid)?.state).toBe('T');
});
