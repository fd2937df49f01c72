// One thread as the kernel sees it: state, CPU time, what it is blocked in. Files of /proc/PID/task/TID.
import { readProcText } from './read-text.ts';

/** One letter: R on CPU or runnable, S sleeping, D uninterruptible, T stopped, t traced, Z zombie; `undefined` when it is gone. */
export function readTaskState(pid: number, task: number): string | undefined {
  const text = readProcText(`/proc/${pid}/task/${task}/stat`);
  // The program's name before it may itself hold spaces and parentheses.
  return text?.charAt(text.lastIndexOf(')') + 2);
}

/** What a blocked thread called: system call number and arguments, then its stack and instruction pointers. */
export interface TaskSyscall {
  /** -1: blocked, but not in a system call (a page fault). */
  readonly number: number;
  readonly arguments: readonly bigint[];
}

/** `running` while it is on a CPU; `undefined` when the kernel does not tell us. */
export function readTaskSyscall(pid: number, task: number): TaskSyscall | 'running' | undefined {
  const text = readProcText(`/proc/${pid}/task/${task}/syscall`)?.trim();
  if (text === undefined || text === '') return undefined;
  if (text === 'running') return 'running';
  const [number = '', ...rest] = text.split(' ');
  return { number: Number(number), arguments: number === '-1' ? [] : rest.slice(0, 6).map((word) => BigInt(word)) };
}

/** The kernel function in which it sleeps; `undefined` when it runs or is not shown. */
export function readWaitChannel(pid: number, task: number): string | undefined {
  const text = readProcText(`/proc/${pid}/task/${task}/wchan`);
  return text === undefined || text === '' || text === '0' ? undefined : text;
}

/** Name of the thread as the kernel has it, 15 bytes at most. */
export function readTaskName(pid: number, task: number): string | undefined {
  return readProcText(`/proc/${pid}/task/${task}/comm`)?.trimEnd();
}

/** Nanoseconds so far: on a CPU, and ready to run but without one. */
export interface TaskTimes {
  readonly ran: number;
  readonly queued: number;
}

/** `undefined` where the kernel keeps no such record. */
export function readTaskTimes(pid: number, task: number): TaskTimes | undefined {
  const text = readProcText(`/proc/${pid}/task/${task}/schedstat`);
  if (text === undefined) return undefined;
  const [ran = 0, queued = 0] = text.split(' ').map(Number);
  return { ran, queued };
}
