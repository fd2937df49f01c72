// 250 threads: every one is there, with its name, its whole stack and its wait.
import { expect, test } from 'vitest';
import { needPython, startPython } from '../support/python-target.ts';
import { runHolter } from '../support/run-holter.ts';

const THREADS = 250;
const FRAMES = 10;

test.for(['3.8', '3.12', '3.13'])('250 threads of Python %s', async (version, context) => {
  const target = startPython(needPython(context, version), 'many_threads.py', String(THREADS), String(FRAMES));
  await target.saw('ready');
  const { stdout } = await runHolter('dump', '--json', String(target.pid));
  const { threads } = JSON.parse(stdout) as {
    threads: { name: string; isUncertain: boolean; wait?: { text: string }; frames: { name: string }[] }[];
  };
  const idle = threads.filter(({ name }) => name !== 'MainThread');
  expect(new Set(idle.map(({ name }) => name)).size).toBe(THREADS);
  for (const { isUncertain, frames, wait } of idle) {
    expect(isUncertain).toBe(false);
    expect(frames.filter(({ name }) => name === frames[2]?.name).length).toBeGreaterThanOrEqual(FRAMES - 2);
    expect(wait?.text).toMatch(/^(sleep|Event\.wait|Condition|Lock|a lock)/);
  }
});
