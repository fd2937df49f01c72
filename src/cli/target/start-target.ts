// `-- python app.py`: starts a program to be watched, and ends it with us.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { attach } from '../../pyproc/attach.ts';
import { listTree } from '../../pyproc/procfs/process-tree.ts';

export interface StartedProgram {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly exited: Promise<number>;
  /** Ends it, and what it started and still has as its children. */
  readonly stop: () => void;
}

function stopTree(pid: number): void {
  for (const member of listTree(pid).toReversed()) {
    try {
      process.kill(member, 'SIGTERM');
    } catch (error) {
      // It has ended already.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Starts the command with our terminal; `undefined` after the error was printed. */
export async function startTarget(command: readonly string[], quiet = false): Promise<StartedProgram | undefined> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: quiet ? ['ignore', 'ignore', 'inherit'] : 'inherit' });
  try {
    await once(child, 'spawn');
  } catch (error) {
    console.error(`holter: cannot start ${program}: ${(error as Error).message}`);
    return undefined;
  }
  const exited = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : 1));
  const { pid } = child;
  if (pid === undefined) return undefined;
  const stop = (): void => {
    // A number whose process has ended may belong to another one by now.
    if (child.exitCode === null && child.signalCode === null) stopTree(pid);
  };
  return { pid, child, exited, stop };
}

const START_ATTEMPTS = 100;
const START_PAUSE_MS = 20;

/** Waits up to two seconds for an interpreter: a shell that execs Python takes a moment. False when the program has ended. */
export async function waitForPython({ pid, child }: StartedProgram): Promise<boolean> {
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    const target = attach(pid);
    if (target.ok) {
      target.value.close();
      return true;
    }
    if (child.exitCode !== null || child.signalCode !== null) return false;
    await new Promise((wake) => setTimeout(wake, START_PAUSE_MS));
  }
  return true;
}
