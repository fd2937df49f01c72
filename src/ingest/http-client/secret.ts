import { readFile } from 'node:fs/promises';
import type { Secret } from '../../config/prometheus/http-client.ts';

/** The text of a secret; a file is read again each time. Rejects with a sentence that names the file. */
export async function readSecret(secret: Secret): Promise<string> {
  if ('text' in secret) return secret.text;
  try {
    return (await readFile(secret.file, 'utf8')).trim();
  } catch (error) {
    throw new Error(`cannot read the secret ${secret.file}: ${(error as NodeJS.ErrnoException).code}`, {
      cause: error,
    });
  }
}
