// Programs that have to be told the port that they listen on.
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

const PATIENCE_MS = 60_000;
const PORTS = 3;

export interface StartedProgram {
  readonly child: ChildProcess;
  readonly port: number;
  /** SIGTERM, then SIGKILL; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Programs that a test that failed has left behind end with the process that runs the tests. */
const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** Ends a program; resolves when it is gone, at once when it is gone already. */
export async function endProgram(child: ChildProcess): Promise<void> {
  const ended =
    hasEnded(child) || child.pid === undefined ? undefined : new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await ended;
  clearTimeout(timer);
}

/**
 * Starts a program on a port that was free a moment ago, and on another one when it ends before it is ready: somebody else may have taken
 * the port meanwhile. Rejects when it is not ready in time, or ends on every port.
 */
export async function startOnFreePort(
  start: (port: number) => ChildProcess | Promise<ChildProcess>,
  isReady: (port: number) => Promise<boolean>,
): Promise<StartedProgram> {
  for (let ports = 0; ports < PORTS; ports++) {
    const port = await freePort();
    const child = await start(port);
    running.add(child);
    child.once('exit', () => running.delete(child));
    const until = Date.now() + PATIENCE_MS;
    while (!hasEnded(child)) {
      if ((await isReady(port).catch(() => false)) && !hasEnded(child))
        return { child, port, stop: () => endProgram(child) };
      if (Date.now() > until) {
        await endProgram(child);
        throw new Error(`${child.spawnfile} is not ready after ${PATIENCE_MS / 1000} s`);
      }
      await sleep(100);
    }
  }
  throw new Error(`the program ended on each of ${PORTS} free ports before it was ready`);
}

/** Whether a GET of that path is answered with a good status. */
export const answersAt =
  (path: string) =>
  async (port: number): Promise<boolean> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });
    await response.arrayBuffer();
    return response.ok;
  };
