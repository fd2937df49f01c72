// `holter dump` on the interpreters of other Debians, each in a root of its own, entered by chroot: the container case.
import { expect, test } from 'vitest';
import { need } from '../support/need.ts';
import { startProgram } from '../support/python-target.ts';
import { runHolter } from '../support/run-holter.ts';

interface DumpedFrame {
  readonly name: string;
  readonly line: number;
  readonly locals?: readonly { readonly name: string; readonly value: string }[];
}

interface DumpedThread {
  readonly name: string;
  readonly frames: readonly DumpedFrame[];
}

test.for([
  ['3.14', 'debian-forky'],
  ['3.15', 'debian-sid'],
] as const)('Python %s in a chroot', async ([version, folder], context) => {
  const root = need(context, folder);
  const source = [
    'import asyncio, time',
    'def f(n):',
    '    print("ready", flush=True)',
    '    time.sleep(1000)',
    'async def inner():',
    '    f(7)',
    'async def main():',
    '    await asyncio.gather(inner(), asyncio.sleep(99))',
    'asyncio.run(main())',
  ].join('\n');
  const target = startProgram('chroot', [root, `python${version}`, '-c', source]);
  await target.saw('ready');
  const { stdout } = await runHolter('dump', String(target.pid), '--json', '-l');
  const report = JSON.parse(stdout) as {
    version: string;
    threads: DumpedThread[];
    tasks: { name: string; isRunning: boolean; waitsFor?: string }[];
  };
  expect(report.version).toMatch(`${version}.`);
  const [main] = report.threads;
  expect(main?.frames.slice(0, 2).map(({ name, line }) => `${name}:${line}`)).toEqual(['f:4', 'inner:6']);
  expect(main?.frames.at(-1)?.name).toBe('<module>');
  expect(main?.frames[0]?.locals).toEqual([{ name: 'n', isArgument: true, value: '7' }]);
  expect(report.tasks.map(({ name, isRunning, waitsFor }) => [name, isRunning, waitsFor])).toEqual([
    ['Task-1', false, '2 tasks: Task-2, Task-3'],
    ['Task-2', true, undefined],
    ['Task-3', false, 'sleep(99)'],
  ]);
  const heap = await runHolter('heap', '--json', String(target.pid));
  const census = JSON.parse(heap.stdout) as { brokenLists: number; types: { name: string; count: number }[] };
  expect(census.brokenLists).toBe(0);
  expect(census.types.find((row) => row.name === 'str')?.count).toBeGreaterThan(1000);
});
