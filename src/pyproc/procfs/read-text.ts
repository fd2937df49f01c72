// Small files of /proc. The kernel says that their size is 0, so readFileSync would make a buffer of 64 KiB for each.
import { closeSync, openSync, readSync } from 'node:fs';

const MAX_BYTES = 16_384;
const buffer = Buffer.alloc(MAX_BYTES);

/** The text of a file that the kernel gives in one read: those of a thread do. `undefined` when it cannot be read. */
export function readProcText(path: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, MAX_BYTES, 0));
  } catch {
    // The thread has ended.
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}
