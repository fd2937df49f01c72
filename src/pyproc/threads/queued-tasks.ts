// Which of the threads that can run have no processor: others have it, or the quota of their cgroup is used up. The kernel's state is R
// for those that run and for those that would.
import { readTaskState, readTaskTimes } from '../procfs/task.ts';

/** The kernel writes down the time of a running thread at its ticks, of which there are a hundred a second at least (CONFIG_HZ). */
const TICK_MS = 12;

const clock = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Those of `tasks`, system's thread ids of process `pid`, that got no processor during a tick, for which this waits. */
export function findQueued(pid: number, tasks: readonly number[]): ReadonlySet<number> {
  // Kernels without CONFIG_SCHED_INFO say nothing, or zeros.
  const before = tasks.map((task) => [task, readTaskTimes(pid, task)?.ran ?? 0] as const).filter(([, ran]) => ran > 0);
  if (before.length === 0) return new Set();
  Atomics.wait(clock, 0, 0, TICK_MS);
  const queued = before.filter(
    ([task, ran]) => readTaskTimes(pid, task)?.ran === ran && readTaskState(pid, task) === 'R',
  );
  return new Set(queued.map(([task]) => task));
}
