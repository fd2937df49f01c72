// A core whose interpreter is not there any more.
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, type TestContext } from 'vitest';
import { makeCore } from './make-core.ts';
import { needPython } from './python-target.ts';
import { runHolter } from './run-holter.ts';

/** Stacks, variables, exceptions, locks and the census are read without any file of the interpreter. */
export async function expectCoreWithoutFiles(context: Pick<TestContext, 'skip'>, version: string): Promise<void> {
  const python = needPython(context, version);
  const library = join(dirname(dirname(python)), `lib/libpython${version}.so.1.0`);
  if (!existsSync(library)) context.skip(`pythons: ${version} is not built with a shared library`);
  const copies: string[] = [];
  const core = await makeCore(context, version, (folder) => {
    copies.push(join(folder, `libpython${version}.so.1.0`));
    copyFileSync(library, copies[0] as string);
    return `LD_PRELOAD=${copies[0]}`;
  });
  for (const copy of copies) rmSync(copy);
  const { code, stdout } = await runHolter('core', core, '--heap');
  expect(code).toBe(0);
  expect(stdout).toContain('cannot open');
  expect(stdout).toMatch(/ {4}pay \(.*crash\.py:36\)/);
  // Names of static types come from the modules that hold them.
  expect(stdout).toContain('handling: ValueError: no price for order 4711\n');
  expect(stdout).toContain("amount: {'EUR': 12.5, 'city': '北京'}\n");
  expect(stdout).toMatch(/waits: Lock lock at 0x[0-9a-f]+, held by thread "payer"/);
  for (const name of ['str', 'function', 'tuple']) expect(stdout).toMatch(new RegExp(`^ +\\d+ .* ${name}$`, 'm'));
}
