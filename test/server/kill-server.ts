// Kills the whole server at random moments under load, and starts it again on the same data.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startServer, type HolterServer } from '../support/holter-server.ts';
import { startSender } from '../support/retrying-sender.ts';
import { expectExactlyOnce } from './exactly-once.ts';

/** Between two kills: from just after the start to well into the insertion of blocks. */
const MAX_LIFE_MILLIS = 2500;

export async function killServerUnderLoad(kills: number): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'holter-kill-'));
  let server: HolterServer | undefined = await startServer({ dataDir });
  let target = server.otlpHttp;
  const sender = startSender(() => target);
  try {
    for (let kill = 0; kill < kills; kill++) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * MAX_LIFE_MILLIS));
      await server.kill9();
      server = await startServer({ dataDir });
      target = server.otlpHttp;
    }
    const before = sender.acknowledged();
    const report = await sender.stop();
    expect(before).toBeGreaterThan(0);
    await expectExactlyOnce(server.url, report);
    expect(await server.stop()).toBe(0);
    // And once more from what an orderly stop leaves behind.
    server = await startServer({ dataDir });
    await expectExactlyOnce(server.url, report);
  } finally {
    await server.remove();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
