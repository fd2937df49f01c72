// The local administrator is whoever can read the data directory: its secret stands there, for the owner alone.
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createSecret } from './token-secret.ts';

/** Below the data directory. */
export const ADMINISTRATOR_FILE = 'administrator.secret';
const OWNER_ONLY = 0o600;

/** The administrator's secret; made at the first start. */
export function ensureAdministratorSecret(dataDirectory: string): string {
  const path = join(dataDirectory, ADMINISTRATOR_FILE);
  try {
    const secret = readFileSync(path, 'utf8').trim();
    if (secret !== '') return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secret = createSecret();
  const file = openSync(path, 'w', OWNER_ONLY);
  try {
    writeSync(file, `${secret}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return secret;
}
