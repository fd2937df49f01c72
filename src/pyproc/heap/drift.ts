// The error bar of a census that was taken without a pause: the objects that came or went while it was counted.
import { readdirSync } from 'node:fs';
import { readTaskTimes } from '../procfs/task.ts';
import type { GcObjects } from './gc-lists.ts';

/** Tracked objects that are in one of two passes and not in the other. */
export function countDrift(before: GcObjects, after: GcObjects): number {
  const [a, b] = [before, after].map(({ addresses, count }) => addresses.slice(0, count).sort());
  if (a === undefined || b === undefined) return 0;
  let [drift, inA, inB] = [0, 0, 0];
  while (inA < a.length && inB < b.length) {
    const difference = (a[inA] as number) - (b[inB] as number);
    if (difference <= 0) inA++;
    if (difference >= 0) inB++;
    if (difference !== 0) drift++;
  }
  return drift + (a.length - inA) + (b.length - inB);
}

/** Nanoseconds that all threads of the process have run; `undefined` where the kernel does not show it. */
export function readRunTime(pid: number): number | undefined {
  try {
    let sum = 0;
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      const times = readTaskTimes(pid, Number(task));
      if (times === undefined) return undefined;
      sum += times.ran;
    }
    return sum;
  } catch {
    return undefined;
  }
}
