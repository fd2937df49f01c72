// Runs the command line as users do, under the Node that runs the tests.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export const holterProgram = resolve(import.meta.dirname, '../../bin/holter.js');

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `holter ARGS…`; resolves when it has ended. */
export function runHolter(...args: readonly string[]): Promise<CommandResult> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [holterProgram, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    child.on('error', fail);
    child.on('close', (code) => done({ code, ...output }));
  });
}
