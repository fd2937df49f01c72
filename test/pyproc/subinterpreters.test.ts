// Threads of sub-interpreters: their own stacks, beside those of the main interpreter that entered them.
import { expect, test } from 'vitest';
import { needPython, startPython, supportedVersions } from '../support/python-target.ts';
import { runHolter } from '../support/run-holter.ts';

interface DumpedThread {
  nativeId: number;
  name: string;
  interpreterId: number;
  frames: { name: string; shortFileName: string; line: number; locals: { name: string; value: string }[] }[];
}

test.for(supportedVersions)('two sub-interpreters of Python %s', async (version, context) => {
  const target = startPython(needPython(context, version), 'subinterpreters.py');
  await target.saw('ready', 2);
  await target.rests();
  const { stdout } = await runHolter('dump', '--json', '-l', String(target.pid));
  const { threads } = JSON.parse(stdout) as { threads: DumpedThread[] };
  const main = threads.filter(({ interpreterId }) => interpreterId === 0);
  expect(main.map(({ name, frames }) => `${name} ${frames[0]?.shortFileName}:${frames[0]?.line}`)).toEqual([
    'MainThread subinterpreters.py:20',
    'runner subinterpreters.py:20',
  ]);
  const inner = threads.filter(({ interpreterId }) => interpreterId > 0);
  expect(inner.map(({ frames }) => frames.map(({ name, line }) => `${name}:${line}`).join(' '))).toEqual([
    'sleep_inside:6 <module>:7',
    'sleep_inside:6 <module>:7',
  ]);
  const names = inner.map(({ frames }) => frames[0]?.locals.map(({ name, value }) => `${name}=${value}`).join(' '));
  expect(new Set(names)).toEqual(new Set(["name='main' number=7", "name='worker' number=7"]));
  // Entered from the same threads of the system.
  expect(new Set(inner.map(({ nativeId }) => nativeId))).toEqual(new Set(main.map(({ nativeId }) => nativeId)));
});
