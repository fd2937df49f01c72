// Attaching again and again must leave nothing behind, neither here nor in the target.
import { readdirSync } from 'node:fs';
import { expect, type TestContext } from 'vitest';
import { attach } from '../../src/pyproc/attach.ts';
import { readProcessStatus } from '../../src/pyproc/procfs/process-status.ts';
import { needPython, startPython } from './python-target.ts';

/** Attaches `rounds` times and counts our descriptors. */
export async function attachOften(context: Pick<TestContext, 'skip'>, rounds: number): Promise<void> {
  const running = startPython(needPython(context, '3.13'), 'sleeper.py');
  await running.saw('ready', 2);
  await running.rests();
  const before = readdirSync('/proc/self/fd').length;
  for (let round = 0; round < rounds; round++) {
    const attached = attach(running.pid);
    if (attached.ok) attached.value.close();
    expect(attached.ok).toBe(true);
  }
  expect(readdirSync('/proc/self/fd').length).toBe(before);
  expect(readProcessStatus(running.pid)?.state).toBe('S');
}
