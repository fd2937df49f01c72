// Starts Python programs of test/targets and waits until they stand where the test wants them.
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished, type TestContext } from 'vitest';
import { findPythons } from '../../tools/find-pythons.ts';
import { need } from './need.ts';

const targets = resolve(import.meta.dirname, '../targets');
const pythons = findPythons();
const REST_MS = 50;

/** Versions that the reader supports; a machine that lacks one skips its cells. */
export const supportedVersions = ['3.8', '3.9', '3.10', '3.11', '3.12', '3.13'] as const;

/** Path of the interpreter of a version, else the test is skipped. */
export function needPython(context: Pick<TestContext, 'skip'>, version: string): string {
  need(context, 'pythons');
  const path = pythons.get(version);
  if (path !== undefined) return path;
  context.skip(`pythons: no Python ${version} under pyenv`);
  throw new Error('unreachable');
}

export interface RunningTarget {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Everything that it printed so far. */
  readonly output: () => string;
  /** Resolves when `text` stands in the output `times` times. */
  readonly saw: (text: string, times?: number) => Promise<void>;
  /** Resolves when all of its threads wait: what was printed may be seen before the line behind it is reached. */
  readonly rests: () => Promise<void>;
}

/** Runs `python test/targets/SCRIPT ARGS` (an absolute path and -c are taken as they are); it is killed when the test ends. */
export function startPython(python: string, script: string, ...args: readonly string[]): RunningTarget {
  return startProgram(python, [script.startsWith('/') || script === '-c' ? script : join(targets, script), ...args]);
}

/** How often each thread of a process was switched, by proc_pid_status(5); undefined unless all of them wait. */
function switchesOf(pid: number): string | undefined {
  const folder = `/proc/${pid}/task`;
  let states: string[];
  try {
    states = readdirSync(folder).map((thread) => readFileSync(`${folder}/${thread}/status`, 'utf8'));
  } catch {
    // One of them has just ended.
    return undefined;
  }
  if (!states.every((status) => /^State:\tS/m.test(status))) return undefined;
  return states
    .map((status) => /^voluntary_ctxt_switches.*\nnonvoluntary_ctxt_switches.*/m.exec(status)?.[0])
    .join('\n');
}

/** Runs a program in a process group of its own, so that the children of its children end with the test too. */
export function startProgram(program: string, args: readonly string[], cwd: string = targets): RunningTarget {
  const child = spawn(program, args, {
    cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start ${program}`);
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  onTestFinished(() => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  });
  const saw = (text: string, times = 1): Promise<void> =>
    new Promise((done, fail) => {
      const check = (): void => {
        if (output.split(text).length - 1 < times) return;
        listeners.delete(check);
        done();
      };
      listeners.add(check);
      child.on('exit', () => fail(new Error(`${program} ${args.join(' ')} ended before "${text}":\n${output}`)));
      check();
    });
  const rests = async (): Promise<void> => {
    for (let before = ''; ;) {
      const now = switchesOf(pid);
      if (now !== undefined && now === before) return;
      before = now ?? '';
      await sleep(REST_MS);
    }
  };
  return { pid, child, output: () => output, saw, rests };
}
