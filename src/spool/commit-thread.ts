// The thread that writes and syncs the spool. It uses synchronous calls, so that an fdatasync never waits behind reads, look-ups
// or compression in libuv's pool; the bytes come in shared memory.
import { fdatasyncSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

/** Write the first `length` bytes of the shared memory, then sync the file if told to. */
export interface CommitRequest {
  readonly fd: number;
  readonly length: number;
  readonly position: number;
  readonly sync: boolean;
}

/** Undefined is success. */
export type CommitAnswer = { readonly code: string; readonly message: string } | undefined;

function run(request: CommitRequest, staging: Uint8Array): void {
  for (let done = 0; done < request.length;) {
    done += writeSync(request.fd, staging, done, request.length - done, request.position + done);
  }
  if (request.sync) fdatasyncSync(request.fd);
}

if (parentPort !== null) {
  const port = parentPort;
  const staging = workerData as Uint8Array;
  port.on('message', (request: CommitRequest) => {
    let answer: CommitAnswer;
    try {
      run(request, staging);
    } catch (error) {
      answer = { code: (error as NodeJS.ErrnoException).code ?? 'EIO', message: (error as Error).message };
    }
    port.postMessage(answer);
  });
}
