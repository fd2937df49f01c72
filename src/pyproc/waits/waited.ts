// For how long a thread has not run. /proc/PID/task/TID/sched says when it last began to run, in milliseconds of the
// scheduler's clock; our own entry says what time it is on that clock.
import { readProcText } from '../procfs/read-text.ts';
import type { TaskTimes } from '../procfs/task.ts';
import type { Waited, WaitReport } from './wait.ts';
import { formatWaited } from './wait-text.ts';

const EXEC_START = '\nse.exec_start';
const DIGITS = /[\d.]+/;

function lastStart(path: string): number | undefined {
  const text = readProcText(path);
  const at = text?.indexOf(EXEC_START) ?? -1;
  const digits = at === -1 ? undefined : DIGITS.exec(text?.slice(at + EXEC_START.length, at + 80) ?? '')?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** The scheduler's clock, set once by our own clock; for the threads of one look. */
export class SchedulerClock {
  readonly #ahead: number;

  constructor() {
    this.#ahead = (lastStart('/proc/self/sched') ?? Number.NaN) - performance.now();
  }

  /** Seconds since the thread last ran; `undefined` where the kernel does not show it. */
  sinceLastRun(pid: number, task: number): Waited | undefined {
    const last = lastStart(`/proc/${pid}/task/${task}/sched`);
    if (last === undefined || last === 0 || Number.isNaN(this.#ahead)) return undefined;
    return { seconds: Math.max(0, (performance.now() + this.#ahead - last) / 1000), isAtLeast: false };
  }
}

/**
 * The wait of a thread that was seen twice, `seconds` apart: where the kernel does not show since when, but shows that the
 * thread did not run in between, it has waited at least that long.
 */
export function withLeastWait(
  wait: WaitReport,
  before: TaskTimes | undefined,
  now: TaskTimes | undefined,
  seconds: number,
): WaitReport {
  if (wait.waited !== undefined || before === undefined || before.ran !== now?.ran) return wait;
  const waited = { seconds, isAtLeast: true };
  return { ...wait, waited, text: `${wait.text}${formatWaited(waited)}` };
}
