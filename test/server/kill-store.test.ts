import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import type { LogSearchResponse } from '../../src/api/logs.ts';
import { eventually, getApi, postApi, type Answer } from '../support/api-client.ts';
import { startServer, type HolterServer } from '../support/holter-server.ts';
import { startSender } from '../support/retrying-sender.ts';
import { expectExactlyOnce } from './exactly-once.ts';

type Search = Answer<LogSearchResponse & { error?: { code: string; retryAfterSeconds: number } }>;
let server: HolterServer;
afterEach(() => server?.remove());

/** A store that is stopped cannot end by itself, whatever becomes of its server. */
async function stopStore(): Promise<number> {
  const pid = await server.storePid();
  onTestFinished(() => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has gone, as it should.
    }
  });
  process.kill(pid, 'SIGSTOP');
  return pid;
}

const search = (): Promise<Search> => postApi(server.url, '/logs/search', { limit: 1 });

test.for<'SIGKILL' | 'SIGSTOP'>(['SIGKILL', 'SIGSTOP'])(
  'the store gets %s under load: ingest goes on, queries say so, nothing is lost or doubled',
  async (signal) => {
    server = await startServer();
    const sender = startSender(() => server.otlpHttp);
    await eventually(search, ({ status, body }) => status === 200 && body.rows.length === 1);
    for (let round = 0; round < 2; round++) {
      const pid = signal === 'SIGSTOP' ? await stopStore() : await server.storePid();
      if (signal === 'SIGKILL') process.kill(pid, signal);
      const refused = await eventually(search, ({ status }) => status !== 200);
      expect([refused.status, refused.body.error]).toEqual([
        503,
        expect.objectContaining({ code: 'STORE_UNAVAILABLE', retryAfterSeconds: expect.any(Number) as number }),
      ]);
      const before = sender.acknowledged();
      await eventually(
        () => Promise.resolve(sender.acknowledged()),
        (now) => now > before + 3,
      );
      await eventually(search, ({ status }) => status === 200);
      expect(await server.storePid()).not.toBe(pid);
    }
    const report = await sender.stop();
    await expectExactlyOnce(server.url, report);
    expect((await server.status()).store).toMatchObject({ state: 'up', restarts: 2 });
  },
);

test('while the store is away, the server is degraded and says why', async () => {
  server = await startServer();
  await stopStore();
  const seen = await eventually(
    async () =>
      (await fetch(`${server.url}/-/ready`)).json() as Promise<{ ready: boolean; degraded: { component: string }[] }>,
    ({ degraded }) => degraded.length > 0,
  );
  expect(seen).toMatchObject({ ready: true, degraded: [{ component: 'store' }] });
  const { status } = await getApi(server.url, '/ledger');
  expect(status).toBe(200);
});

test('a store that hangs does not keep the server from stopping, nor its rows from being there at the next start', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'holter-hang-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  server = await startServer({ dataDir });
  const pid = await stopStore();
  const sender = startSender(() => server.otlpHttp);
  await eventually(
    () => Promise.resolve(sender.acknowledged()),
    (count) => count > 3,
  );
  const report = await sender.stop();
  expect(await server.stop()).toBe(0);
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  server = await startServer({ dataDir });
  await expectExactlyOnce(server.url, report);
});
