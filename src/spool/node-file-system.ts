// The real file system: writes and syncs of segments go to a thread of their own, everything else to libuv's pool.
import { open as openFile, mkdir, readdir, rename, stat, statfs, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { withCompileCache } from './compile-cache.ts';
import { siblingModule } from '../base/sibling-module.ts';
import type { CommitAnswer, CommitRequest } from './commit-thread.ts';
import type { FileSystem, SpoolFile } from './file-system.ts';

const STAGING_BYTES = 4 << 20;
const ALLOCATE_STEP_BYTES = 1 << 20;

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

/** The commit thread as seen from this one: requests are answered in order. */
class CommitThread {
  readonly #staging = new Uint8Array(new SharedArrayBuffer(STAGING_BYTES));
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #lastCommit: Promise<void> = Promise.resolve();
  #dead: Error | undefined;

  constructor() {
    this.#worker = new Worker(siblingModule(import.meta.url, './commit-thread'), {
      workerData: this.#staging,
      env: withCompileCache(),
    });
    this.#worker.on('message', (answer: CommitAnswer) => this.#answered(answer));
    this.#worker.on('error', (error) => this.#died(error as Error));
    this.#worker.on('exit', () => this.#died(new Error('the commit thread has ended')));
    this.#worker.unref();
  }

  #answered(answer: CommitAnswer): void {
    const waiting = this.#waiting.shift();
    if (this.#waiting.length === 0) this.#worker.unref();
    if (answer === undefined) waiting?.resolve();
    else waiting?.reject(Object.assign(new Error(answer.message), { code: answer.code }));
  }

  #died(error: Error): void {
    this.#dead = error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }

  #ask(request: CommitRequest): Promise<void> {
    if (this.#dead !== undefined) return Promise.reject(this.#dead);
    if (this.#waiting.length === 0) this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  commit(fd: number, chunks: readonly Uint8Array[], position: number): Promise<void> {
    const done = this.#lastCommit.then(() => this.#commitStaged(fd, chunks, position));
    this.#lastCommit = done.catch(() => undefined);
    return done;
  }

  async #commitStaged(fd: number, chunks: readonly Uint8Array[], position: number): Promise<void> {
    let staged = 0;
    let at = position;
    for (const chunk of chunks) {
      for (let from = 0; from < chunk.length;) {
        if (staged === STAGING_BYTES) {
          await this.#ask({ fd, length: staged, position: at, sync: false });
          at += staged;
          staged = 0;
        }
        const step = Math.min(chunk.length - from, STAGING_BYTES - staged);
        this.#staging.set(chunk.subarray(from, from + step), staged);
        staged += step;
        from += step;
      }
    }
    await this.#ask({ fd, length: staged, position: at, sync: true });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

class NodeFile implements SpoolFile {
  readonly #handle: FileHandle;
  readonly #thread: CommitThread;

  constructor(handle: FileHandle, thread: CommitThread) {
    this.#handle = handle;
    this.#thread = thread;
  }

  commit(chunks: readonly Uint8Array[], position: number): Promise<void> {
    return this.#thread.commit(this.#handle.fd, chunks, position);
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    let done = 0;
    while (done < into.length) {
      const { bytesRead } = await this.#handle.read(into, done, into.length - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

export class NodeFileSystem implements FileSystem {
  readonly #thread = new CommitThread();

  async createFolder(path: string): Promise<void> {
    await mkdir(path, { recursive: true });
  }

  list(folder: string): Promise<readonly string[]> {
    return readdir(folder);
  }

  async open(path: string): Promise<SpoolFile> {
    return new NodeFile(await openFile(path, 'r+'), this.#thread);
  }

  allocate(path: string, size: number): Promise<void> {
    const zeros = new Uint8Array(Math.min(size, ALLOCATE_STEP_BYTES));
    return this.#create(path, async (handle) => {
      for (let at = 0; at < size; at += zeros.length) {
        const step = Math.min(zeros.length, size - at);
        const { bytesWritten } = await handle.write(zeros, 0, step, at);
        if (bytesWritten < step) throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' });
      }
    });
  }

  async #create(path: string, fill: (handle: FileHandle) => Promise<void>): Promise<void> {
    const handle = await openFile(path, 'w');
    try {
      await fill(handle);
      await handle.datasync();
    } catch (error) {
      await handle.close();
      await unlink(path);
      throw error;
    }
    await handle.close();
  }

  writeFile(path: string, bytes: Uint8Array): Promise<void> {
    return this.#create(path, (handle) => handle.writeFile(bytes));
  }

  async size(path: string): Promise<number> {
    return (await stat(path)).size;
  }

  remove(path: string): Promise<void> {
    return unlink(path);
  }

  rename(from: string, to: string): Promise<void> {
    return rename(from, to);
  }

  async syncFolder(path: string): Promise<void> {
    const handle = await openFile(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async freeBytes(folder: string): Promise<number> {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  }

  /** Ends the commit thread; files of this file system can then no longer be written. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}
