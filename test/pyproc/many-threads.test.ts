// 250 threads: every one is there, with its name, its whole stack and its wait.
import { expect, test } from 'vitest';
import { needPython, startPython } from '../support/python-target.ts';
import { runHolter } from '../support/run-holter.ts';

const THREADS = 250;
const FRAMES = 10;

interface IdleThread {
  readonly name: string;
  readonly isUncertain: boolean;
  readonly wait?: { readonly text: string };
  readonly frames: readonly { readonly name: string }[];
}

test.for(['3.8', '3.12', '3.13'])('250 threads of Python %s', async (version, context) => {
  const target = startPython(needPython(context, version), 'many_threads.py', String(THREADS), String(FRAMES));
  await target.saw('ready');
  const look = async (): Promise<IdleThread[]> => {
    const { stdout } = await runHolter('dump', '--json', String(target.pid));
    return (JSON.parse(stdout) as { threads: IdleThread[] }).threads.filter(({ name }) => name !== 'MainThread');
  };
  // The last of them may not wait yet when the main thread says that it has begun them all.
  await expect.poll(async () => (await look()).filter(({ wait }) => wait === undefined)).toEqual([]);
  const idle = await look();
  expect(new Set(idle.map(({ name }) => name)).size).toBe(THREADS);
  for (const { isUncertain, frames, wait } of idle) {
    expect(isUncertain).toBe(false);
    expect(frames.filter(({ name }) => name === frames[2]?.name).length).toBeGreaterThanOrEqual(FRAMES - 2);
    expect(wait?.text).toMatch(/^(sleep|Event\.wait|Condition|Lock|a lock)/);
  }
});
