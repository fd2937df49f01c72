// For how long a thread has not run. /proc/PID/task/TID/sched says when it last began to run, in milliseconds of the
// scheduler's clock; our own entry, read in the same moment, says what time it is on that clock.
import { readFileSync } from 'node:fs';
import type { Waited } from './wait.ts';

const EXEC_START = /^se\.exec_start\s*:\s*([\d.]+)/m;

function lastStart(path: string): number | undefined {
  try {
    const text = EXEC_START.exec(readFileSync(path, 'latin1'))?.[1];
    return text === undefined ? undefined : Number(text);
  } catch {
    return undefined;
  }
}

/** Seconds since the thread last ran; `undefined` where the kernel does not show it. */
export function readWaited(pid: number, task: number): Waited | undefined {
  const last = lastStart(`/proc/${pid}/task/${task}/sched`);
  const now = lastStart('/proc/self/sched');
  if (last === undefined || now === undefined || last === 0) return undefined;
  return { seconds: Math.max(0, (now - last) / 1000), isAtLeast: false };
}
