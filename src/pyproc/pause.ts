// Stops a process while it is read, for who wants exactness more than an undisturbed target. A watchdog makes sure that
// it goes on whatever happens to us: it waits at the end of a pipe that we hold, and sends SIGCONT when that closes.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { err, ok, type Result } from '../base/result.ts';
import { readTaskState } from './procfs/task.ts';

const STOP_TIMEOUT_MS = 1000;

function taskStates(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((task) => readTaskState(pid, Number(task)) ?? 'X');
  } catch {
    return [];
  }
}

/** Runs `use` while every thread of `pid` stands still. The error says why it could not be stopped. */
export async function withPaused<T>(pid: number, use: () => T): Promise<Result<T, string>> {
  if (taskStates(pid).some((state) => state === 'T' || state === 't')) {
    return err(`process ${pid} is stopped already, by a shell or a debugger: it is not touched (leave --pause out)`);
  }
  const watchdog = spawn('/bin/sh', ['-c', 'read line; kill -CONT "$1"', 'sh', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  try {
    await new Promise((resolve, reject) => watchdog.on('spawn', resolve).on('error', reject));
    process.kill(pid, 'SIGSTOP');
    const deadline = performance.now() + STOP_TIMEOUT_MS;
    for (;;) {
      const states = taskStates(pid);
      if (states.length === 0 || states.some((state) => state === 'Z')) return err(`process ${pid} has ended`);
      if (states.every((state) => state === 'T' || state === 'X')) break;
      if (performance.now() > deadline) return err(`process ${pid} did not stop within ${STOP_TIMEOUT_MS} ms`);
    }
    return ok(use());
  } catch (error) {
    return err(`process ${pid} cannot be stopped: ${(error as Error).message}`);
  } finally {
    watchdog.stdin?.end();
    continueProcess(pid);
  }
}

/** A process that has ended meanwhile needs nothing more. */
function continueProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
