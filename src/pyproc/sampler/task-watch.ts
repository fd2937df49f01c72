// Whether a thread of the system has run since the last look, by keeping its schedstat and syscall files open: reading
// an open file of /proc costs a fifth of opening it. The line of schedstat changes the moment a thread gets a CPU.
import { closeSync, openSync, readSync } from 'node:fs';

const buffer = Buffer.alloc(256);

function openOrNone(path: string): number {
  try {
    return openSync(path, 'r');
  } catch {
    return -1;
  }
}

function readLine(descriptor: number): string {
  if (descriptor < 0) return '';
  try {
    return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
  } catch {
    // The thread is gone.
    return '';
  }
}

/** Watches one thread. */
export class TaskWatch {
  readonly #schedule: number;
  readonly #syscall: number;
  #line = '';
  #isBlocked = false;

  constructor(pid: number, task: number) {
    this.#schedule = openOrNone(`/proc/${pid}/task/${task}/schedstat`);
    this.#syscall = openOrNone(`/proc/${pid}/task/${task}/syscall`);
  }

  /** Whether the thread was blocked at the last look and has not run since: nothing of it can have moved. */
  stoodStill(): boolean {
    const line = readLine(this.#schedule);
    const isSame = line !== '' && line === this.#line;
    this.#line = line;
    return isSame && this.#isBlocked;
  }

  /** Whether it is on a CPU or ready for one. */
  isRunning(): boolean {
    const line = readLine(this.#syscall);
    this.#isBlocked = line !== '' && !line.startsWith('running');
    return !this.#isBlocked;
  }

  close(): void {
    for (const descriptor of [this.#schedule, this.#syscall]) if (descriptor >= 0) closeSync(descriptor);
  }
}
