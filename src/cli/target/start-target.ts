// `-- python app.py`: starts a program to be watched, and ends it with us.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface StartedProgram {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly exited: Promise<number>;
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
  return child.pid === undefined ? undefined : { pid: child.pid, child, exited };
}
