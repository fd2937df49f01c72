// The machine refuses the store memory: by its limit of address space, every allocation fails; by a control group, the kernel kills it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, type TestContext } from 'vitest';
import type { LogSearchResponse } from '../../src/api/logs.ts';
import { eventually, postApi, type Answer } from '../support/api-client.ts';
import { startServer, type HolterServer } from '../support/holter-server.ts';
import { startSender } from '../support/retrying-sender.ts';
import { expectExactlyOnce } from './exactly-once.ts';

const MIB = 1 << 20;
let group = '';
let server: HolterServer;
afterEach(() => server?.remove());

const search = (): Promise<Answer<LogSearchResponse & { error?: { code: string } }>> =>
  postApi(server.url, '/logs/search', { limit: 1 });

/** Leaves the process nothing to map beyond what it has. */
function limitAddressSpace(context: TestContext, pid: number): void {
  const kib = Number(/VmSize:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
  const { status, error } = spawnSync('prlimit', ['--pid', String(pid), `--as=${kib * 1024 + MIB}`]);
  if (error !== undefined || status !== 0) context.skip('prlimit cannot be used here');
}

/** A group below our own: its folder, and the file that bounds its memory; by either version of control groups. */
function makeGroup(): { folder: string; limit: string } {
  const own = readFileSync('/proc/self/cgroup', 'utf8');
  const first = /^\d+:(?:[^:]*,)?memory[^:]*:(.*)$/m.exec(own)?.[1];
  const second = /^0::(.*)$/m.exec(own)?.[1] ?? '/';
  const parent = first === undefined ? join('/sys/fs/cgroup', second) : join('/sys/fs/cgroup/memory', first);
  group = join(parent, `holter-test-${process.pid}`);
  mkdirSync(group, { recursive: true });
  return { folder: group, limit: join(group, first === undefined ? 'memory.max' : 'memory.limit_in_bytes') };
}

/** What it allocates from now on is bounded; beyond that the kernel kills it. */
function limitGroup(context: TestContext, pid: number): void {
  try {
    const { folder, limit } = makeGroup();
    writeFileSync(limit, String(2 * MIB));
    writeFileSync(join(folder, 'cgroup.procs'), String(pid));
  } catch (error) {
    context.skip(`no control group with a memory limit can be made here: ${(error as Error).message}`);
  }
}

test.for<[string, (context: TestContext, pid: number) => void]>([
  ['its allocations fail', limitAddressSpace],
  ['the kernel kills it', limitGroup],
])(
  'the store runs out of memory under load, %s: ingest goes on, queries say so, nothing is lost or doubled',
  async ([, takeMemory], context) => {
    server = await startServer();
    const sender = startSender(() => server.otlpHttp);
    await eventually(search, ({ status, body }) => status === 200 && body.rows.length === 1);
    const pid = await server.storePid();
    takeMemory(context, pid);
    const refused = await eventually(search, ({ status }) => status !== 200);
    expect([refused.status, refused.body.error?.code]).toEqual([503, 'STORE_UNAVAILABLE']);
    const before = sender.acknowledged();
    await eventually(
      () => Promise.resolve(sender.acknowledged()),
      (now) => now > before + 3,
    );
    await eventually(search, ({ status }) => status === 200);
    expect(await server.storePid()).not.toBe(pid);
    await expectExactlyOnce(server.url, await sender.stop());
  },
);

afterEach(() => {
  try {
    if (group !== '') rmdirSync(group);
  } catch {
    // It was not made.
  }
});
