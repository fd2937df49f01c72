// The note in the data directory by which commands on this machine find the running server.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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
