// Cores that the kernel wrote.
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';
import { needPython, startProgram } from './python-target.ts';

const script = resolve(import.meta.dirname, '../targets/crash.py');

/** Lets test/targets/crash.py crash and gives the path of its core; skipped where cores go elsewhere. */
export async function makeCore(
  context: Pick<TestContext, 'skip'>,
  version: string,
  prepare?: (folder: string) => string,
  ...args: readonly string[]
): Promise<string> {
  const python = needPython(context, version);
  const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim();
  if (!pattern.startsWith('core'))
    context.skip(`core files: core_pattern is "${pattern}", not a file in the working folder`);
  const folder = mkdtempSync(join(tmpdir(), 'holter-core-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const target = startProgram(
    '/bin/sh',
    ['-c', `ulimit -c unlimited; ${prepare?.(folder) ?? ''} exec ${python} ${script} ${args.join(' ')}`],
    folder,
  );
  await once(target.child, 'exit');
  const name = readdirSync(folder).find((candidate) => candidate.startsWith('core'));
  if (name === undefined) {
    context.skip('core files: the kernel wrote none (limit or size)');
    throw new Error('unreachable');
  }
  return join(folder, name);
}
