// The data directory, and the note in it by which commands on this machine find the running server.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { codedError } from '../base/coded-error.ts';
import { serverErrors } from './errors.ts';

const FILE = 'server.json';

export interface RunningServerNote {
  readonly url: string;
  readonly pid: number;
}

export function writeRunningServer(dataDirectory: string, note: RunningServerNote): void {
  writeFileSync(join(dataDirectory, FILE), `${JSON.stringify(note)}\n`, { mode: 0o600 });
}

/** The note of the last server on this data directory, which may have ended since. */
export function readRunningServer(dataDirectory: string): RunningServerNote | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDirectory, FILE), 'utf8')) as RunningServerNote;
  } catch {
    return undefined;
  }
}

/** Makes it if need be and gives its absolute path; throws DATA_DIRECTORY_UNUSABLE. */
export function openDataDirectory(directory: string): string {
  const path = resolve(directory);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    writeFileSync(join(path, '.writable'), '');
    rmSync(join(path, '.writable'));
  } catch (error) {
    throw codedError(serverErrors, 'DATA_DIRECTORY_UNUSABLE', path, (error as Error).message);
  }
  return path;
}
