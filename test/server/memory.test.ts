import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startServer } from '../support/holter-server.ts';

test("front and store start with a fixed allocator threshold and few young objects, so that a heavy load's memory goes back to the system", async () => {
  const server = await startServer();
  try {
    for (const pid of [server.pid, await server.storePid()]) {
      expect(readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0')).toContain('MALLOC_MMAP_THRESHOLD_=32768');
      expect(readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0')).toContain('--max-semi-space-size=16');
    }
  } finally {
    await server.remove();
  }
});
