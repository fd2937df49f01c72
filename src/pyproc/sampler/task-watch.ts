// Whether a thread of the system has run since the last look, by keeping its schedstat and syscall files open: reading
// an open file of /proc costs a fifth of opening it. The line of schedstat changes the moment a thread gets a CPU.
import { closeSync, openSync, readSync } from 'node:fs';

const LINE_BYTES = 256;
const RUNNING = 'running';
const fresh = Buffer.alloc(LINE_BYTES);

function openOrNone(path: string): number {
  try {
    return openSync(path, 'r');
  } catch {
    return -1;
  }
}

function readLine(descriptor: number): number {
  if (descriptor < 0) return 0;
  try {
    return readSync(descriptor, fresh, 0, LINE_BYTES, 0);
  } catch {
    // The thread is gone.
    return 0;
  }
}

/** Watches one thread. */
export class TaskWatch {
  readonly #schedule: number;
  readonly #syscall: number;
  readonly #last = Buffer.alloc(LINE_BYTES);
  #lastLength = 0;
  /** The line of `syscall` at the last look; empty while it runs, or when the kernel does not tell. */
  blockedIn = '';

  constructor(pid: number, task: number) {
    this.#schedule = openOrNone(`/proc/${pid}/task/${task}/schedstat`);
    this.#syscall = openOrNone(`/proc/${pid}/task/${task}/syscall`);
  }

  /** Whether the thread was blocked at the last look and has not run since: nothing of it can have moved. */
  stoodStill(): boolean {
    const length = readLine(this.#schedule);
    const isSame = length > 0 && length === this.#lastLength && this.#equalsLast(length);
    if (!isSame) fresh.copy(this.#last, 0, 0, length);
    this.#lastLength = length;
    return isSame && this.blockedIn !== '';
  }

  #equalsLast(length: number): boolean {
    // Numbers that grow differ in their last digits.
    for (let index = length - 1; index >= 0; index--) if (fresh[index] !== this.#last[index]) return false;
    return true;
  }

  /** Whether it is on a CPU or ready for one. */
  isRunning(): boolean {
    const line = fresh.toString('latin1', 0, readLine(this.#syscall));
    this.blockedIn = line.startsWith(RUNNING) ? '' : line;
    return this.blockedIn === '';
  }

  close(): void {
    for (const descriptor of [this.#schedule, this.#syscall]) if (descriptor >= 0) closeSync(descriptor);
  }
}
