// A thread that could run but has no processor is told from one that has.
import { expect, test } from 'vitest';
import { needPython, startPython, type RunningTarget } from '../support/python-target.ts';
import { runHolter } from '../support/run-holter.ts';

const BUSY = 'while True: pass';
/** All on the same processor. */
const PINNED = 'import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})';
/** So many take turns of some milliseconds each. */
const OTHERS = 12;

test('a busy thread is active, and runnable while other programs have its processor', async (context) => {
  const start = (...lines: string[]): RunningTarget =>
    startPython(needPython(context, '3.12'), '-c', [...lines, BUSY].join('\n'));
  const dump = async ({ pid }: RunningTarget): Promise<string> => (await runHolter('dump', String(pid))).stdout;
  const target = start(PINNED, 'print("ready")');
  await target.saw('ready');
  const others = Array.from({ length: OTHERS }, () => start(PINNED));
  await expect.poll(() => dump(target)).toMatch(/^Thread \d+ \(runnable\+gil\): "MainThread"$/m);
  for (const { child } of others) child.kill('SIGKILL');
  const free = start();
  await expect.poll(() => dump(free)).toMatch(/^Thread \d+ \(active\+gil\): "MainThread"$/m);
});
