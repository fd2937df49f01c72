// One process a data folder. The lock is an abstract Unix socket named after the folder's device and inode: the kernel gives it to
// one process and takes it back when that ends, however it ends. The file `lock` only tells others who it is.
import { mkdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { spoolError } from './spool-errors.ts';

const LOCK_FILE = 'lock';

export interface FolderLock {
  release(): Promise<void>;
}

/** Takes the folder for this process, making it when it is not there; rejects with DATA_FOLDER_IN_USE and who has it. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, LOCK_FILE);
  const { dev, ino } = await stat(folder, { bigint: true });
  const server = createServer((socket) => socket.destroy());
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(`\0holter-data-${dev}-${ino}`, resolve);
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw spoolError('DATA_FOLDER_IN_USE', [folder, await readHolder(path)], { cause: error });
  }
  server.unref();
  await writeFile(path, `${process.pid}\n`);
  return {
    release: async () => {
      await unlink(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function readHolder(path: string): Promise<string> {
  try {
    return `process ${(await readFile(path, 'utf8')).trim()}`;
  } catch {
    // The holder is just starting or ending.
    return 'another process';
  }
}
