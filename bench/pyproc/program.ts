// A program under observation, the observers beside it, and what they cost.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const holter = resolve(import.meta.dirname, '../../bin/holter.js');

/** What the program did in one window. */
export interface Work {
  readonly done: number;
  readonly cpuSeconds: number;
}

/** bench/pyproc/busy.py. */
export class BusyProgram {
  readonly child: ChildProcess;
  readonly #lines: Interface;

  private constructor(child: ChildProcess, lines: Interface) {
    this.child = child;
    this.#lines = lines;
  }

  static async start(python: string, threads: number, frames: number): Promise<BusyProgram> {
    const script = join(import.meta.dirname, 'busy.py');
    const child = spawn(python, [script, String(threads), String(frames)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    await once(lines, 'line');
    return new BusyProgram(child, lines);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Lets it work for so many seconds. */
  async work(seconds: number): Promise<Work> {
    this.child.stdin?.write(`${seconds}\n`);
    const [line] = (await once(this.#lines, 'line')) as [string];
    const [done = 0, cpuSeconds = 0] = line.split(' ').map(Number);
    return { done, cpuSeconds };
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}

/** CPU seconds of all threads of a process, to the nanosecond. */
export function cpuSecondsOf(pid: number): number {
  let nanoseconds = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  }
  return nanoseconds / 1e9;
}

export interface Observer {
  readonly name: string;
  readonly start: (pid: number, rate: number, file: string) => ChildProcess;
}

export const ownRecorder: Observer = {
  name: 'holter',
  start: (pid, rate, file) =>
    spawn(process.execPath, [holter, 'record', '-q', '-r', `${rate}`, '-f', 'folded', '-o', file, `${pid}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
};

export function pySpyRecorder(pySpy: string): Observer {
  return {
    name: 'py-spy',
    start: (pid, rate, file) =>
      spawn(pySpy, ['record', '-r', `${rate}`, '-d', '3600', '-f', 'raw', '-o', file, '--pid', `${pid}`], {
        stdio: 'ignore',
      }),
  };
}

/** Starts an observer and gives it time to settle. */
export async function observe(observer: Observer, pid: number, rate: number, file: string): Promise<ChildProcess> {
  const child = observer.start(pid, rate, file);
  await sleep(700);
  if (child.exitCode !== null) throw new Error(`${observer.name} ended with ${child.exitCode}`);
  return child;
}

/** Ends an observer as Ctrl-C does. */
export async function stopObserver(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGINT');
  await once(child, 'exit');
}
