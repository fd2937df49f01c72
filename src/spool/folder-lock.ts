// One process a folder. The lock is an abstract Unix socket named after the folder's device and inode: the kernel gives it to
// one process and takes it back when that ends, however it ends. Containers that share a volume do not share those names, so the
// holder also listens on a socket in the folder, which answers across them. The file `lock` tells others who it is.
import { mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spoolError } from './spool-errors.ts';

const LOCK_FILE = 'lock';
const SOCKET_FILE = 'lock.socket';
const RETRY_MS = 50;

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes the folder for this process, making it when it is not there; rejects with DATA_FOLDER_IN_USE and who has it, when that one
 * still has it after `patienceMs`.
 */
export async function lockFolder(folder: string, patienceMs = 0): Promise<FolderLock> {
  await mkdir(folder, { recursive: true });
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await takeFolder(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (Date.now() >= deadline)
        throw spoolError('DATA_FOLDER_IN_USE', [folder, await readHolder(folder)], { cause: error });
    }
    await sleep(RETRY_MS);
  }
}

/** Rejects with EADDRINUSE when somebody has it. */
async function takeFolder(folder: string): Promise<FolderLock> {
  const { dev, ino } = await stat(folder, { bigint: true });
  const servers: Server[] = [];
  const handle = await open(folder);
  // The path of a socket may have 107 bytes only; this one is short wherever the folder lies.
  const socketPath = `/proc/self/fd/${handle.fd}/${SOCKET_FILE}`;
  try {
    servers.push(await listen(`\0holter-data-${dev}-${ino}`));
    if (await answers(socketPath)) throw Object.assign(new Error('its holder answers'), { code: 'EADDRINUSE' });
    await rm(join(folder, SOCKET_FILE), { force: true });
    servers.push(await listen(socketPath));
  } catch (error) {
    await closeAll(servers);
    throw error;
  } finally {
    await handle.close();
  }
  await writeFile(join(folder, LOCK_FILE), `${process.pid}\n`);
  return {
    release: async () => {
      await rm(join(folder, LOCK_FILE), { force: true });
      await rm(join(folder, SOCKET_FILE), { force: true });
      await closeAll(servers);
    },
  };
}

function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve(server));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  for (const server of servers) await new Promise<void>((resolve) => server.close(() => resolve()));
}

async function readHolder(folder: string): Promise<string> {
  try {
    return `process ${(await readFile(join(folder, LOCK_FILE), 'utf8')).trim()}`;
  } catch {
    // The holder is just starting or ending.
    return 'another process';
  }
}
