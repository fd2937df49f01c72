// A lock on a folder that goes away with its process, however that ends: a listening socket in Linux' abstract namespace (no file),
// named after the folder's device and inode.
import { mkdir, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const RETRY_MS = 50;

function listen(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(name, () => resolve(server.unref()));
  });
}

/** Takes the lock, or undefined when another process still has it after `patienceMs`. The folder is made if need be. */
export async function lockFolder(
  folder: string,
  patienceMs: number,
): Promise<{ release(): Promise<void> } | undefined> {
  await mkdir(folder, { recursive: true });
  const { dev, ino } = await stat(folder);
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const server = await listen(`\0holter-folder-${dev}-${ino}`);
    if (server !== undefined) {
      return { release: () => new Promise((resolve) => server.close(() => resolve())) };
    }
    if (Date.now() >= deadline) return undefined;
    await sleep(RETRY_MS);
  }
}
