// `holter why` names the culprit in planted situations; the other versions run in why.full.test.ts.
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listTree } from '../../src/pyproc/procfs/process-tree.ts';
import { needThat } from '../support/need.ts';
import { diagnose, expectDiagnosis, plantedSituations } from '../support/planted-situations.ts';
import { needPython, startPython, supportedVersions } from '../support/python-target.ts';
import { holterProgram, runHolter } from '../support/run-holter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test.for(plantedSituations)('%s', (situation, context) => expectDiagnosis(context, '3.11', situation));

test.for(supportedVersions)('a deadlock of two locks on Python %s', async (version, context) => {
  const target = startPython(needPython(context, version), 'two_locks.py');
  await target.saw('ready');
  await expect
    .poll(async () => (await diagnose(target.pid))[0])
    .toMatchObject({
      kind: 'deadlock',
      severity: 'fault',
      summary: expect.stringMatching(
        /deadlock of 2 threads: .*"forwards".* waits for Lock second_lock .*two_locks\.py:12.*"backwards".* waits for Lock first_lock .*two_locks\.py:19/,
      ) as string,
    });
});

test('a process that a signal has stopped', async (context) => {
  const target = startPython(needPython(context, '3.12'), 'sleeper.py');
  await target.saw('ready', 2);
  process.kill(target.pid, 'SIGSTOP');
  await expect
    .poll(async () => (await diagnose(target.pid))[0])
    .toMatchObject({
      kind: 'stopped',
      severity: 'fault',
      summary: `process ${target.pid} is stopped by a signal (SIGSTOP, or Ctrl-Z in a shell): nothing in it runs until somebody says: kill -CONT ${target.pid}`,
    });
  process.kill(target.pid, 'SIGCONT');
  await expect
    .poll(async () => (await diagnose(target.pid))[0]?.summary)
    .toBe('nothing is wrong: all 2 threads are idle');
});

test('what is waited for stands there, too, when nothing is known to be wrong with it', async (context) => {
  const source = 'import threading; barrier = threading.Barrier(2); print("ready", flush=True); barrier.wait()';
  const target = startPython(needPython(context, '3.12'), '-c', source);
  await target.saw('ready');
  await expect
    .poll(async () => (await runHolter('why', String(target.pid))).stdout)
    .toMatch(
      /^· nothing is known to be wrong; 1 thread waits:\n {2}thread "MainThread" \(\d+\): Barrier\.wait barrier at 0x.* at <string>:1 \(<module>\)\n/,
    );
});

test('an idle event loop: what its tasks wait for, and who has the lock that they want', async (context) => {
  const source = `
import asyncio
async def hold(lock):
    async with lock:
        await asyncio.sleep(1000)
async def want(lock):
    async with lock:
        pass
async def main():
    lock = asyncio.Lock()
    tasks = [asyncio.ensure_future(work(lock)) for work in (hold, want, want)]
    await asyncio.sleep(0.1)
    print("ready", flush=True)
    await asyncio.gather(*tasks)
asyncio.run(main())`;
  const target = startPython(needPython(context, '3.10'), '-c', source);
  await target.saw('ready');
  await expect
    .poll(async () => (await diagnose(target.pid)).map(({ summary }) => summary))
    .toEqual([
      'nothing is wrong: its thread is idle',
      '2 asyncio tasks wait for a Lock at <string>:7 (want), held by task Task-2, which waits for sleep(1000) at <string>:5 (hold)',
      '4 asyncio tasks wait, 2 of them for Lock.acquire, held by Task-2 at <string>:7 (want)',
    ]);
});

test.for(['3.8', '3.11', '3.12', '3.13'])(
  'a task that asks for the lock it has, on Python %s',
  async (version, context) => {
    const source = `
import asyncio
async def twice():
    lock = asyncio.Lock()
    async with lock:
        print("ready", flush=True)
        async with lock:
            pass
asyncio.run(twice())`;
    const target = startPython(needPython(context, version), '-c', source);
    await target.saw('ready');
    await expect
      .poll(async () => (await diagnose(target.pid))[0]?.summary)
      .toBe('deadlock of an asyncio task with itself: task Task-1 at <string>:7 (twice) awaits Task-1');
  },
);

test('a forked child that may have taken the lock itself is not said to have inherited it', async (context) => {
  const source = `
import os, threading, time
lock = threading.Lock()
if os.fork() == 0:
    lock.acquire()
    lock.acquire()
print("ready", flush=True)
time.sleep(1000)`;
  const target = startPython(needPython(context, '3.12'), '-c', source);
  await target.saw('ready');
  await expect
    .poll(async () => (await diagnose(target.pid))[0]?.summary)
    .toMatch(
      /^process \d+ was forked while another thread of \d+ had Lock lock, or took it itself and did not release it: nobody in it will; waiting at <string>:6 \(<module>\)$/,
    );
});

test('consumers of one multiprocessing queue are idle', async (context) => {
  const source = `
import multiprocessing, time
context = multiprocessing.get_context("fork")
tasks = context.Queue()
for _ in range(3):
    context.Process(target=tasks.get, daemon=True).start()
print("ready", flush=True)
time.sleep(1000)`;
  const target = startPython(needPython(context, '3.12'), '-c', source);
  await target.saw('ready');
  await expect
    .poll(async () => (await diagnose(target.pid))[0]?.summary)
    .toBe('nothing is wrong: all 4 threads in 4 processes are idle');
});

test('a process stuck in the kernel', async (context) => {
  const fifo = join(temporaryFolder(), 'fifo');
  const target = startPython(needPython(context, '3.11'), 'planted.py', 'disk_wait', fifo);
  await target.saw('ready');
  await expect
    .poll(async () => (await diagnose(target.pid))[0])
    .toMatchObject({
      kind: 'disk-wait',
      severity: 'fault',
      summary: expect.stringMatching(/stuck in the kernel for .*a new child to start its program/) as string,
    });
});

test('a page of memory that does not come', async (context) => {
  const target = startPython(needPython(context, '3.11'), 'planted.py', 'page_fault');
  await Promise.race([target.saw('ready'), target.saw('no userfaultfd')]);
  if (target.output().includes('no userfaultfd')) context.skip(`userfaultfd: ${target.output().trim()}`);
  await expect
    .poll(async () => (await diagnose(target.pid))[0])
    .toMatchObject({
      kind: 'page-fault',
      severity: 'fault',
      summary: expect.stringMatching(/has waited for .* for a page of memory at .*\(page_fault\)/) as string,
    });
});

test('the process at the other end of a Unix socket', async (context) => {
  const ss = spawnSync('ss', ['--version']);
  needThat(context, 'ss', ss.status === 0, 'iproute2 is not installed: nobody can be asked for the peer');
  const target = startPython(needPython(context, '3.11'), 'planted.py', 'unix_socket_peer');
  await target.saw('ready');
  const [, child] = listTree(target.pid);
  await expect
    .poll(async () => (await diagnose(target.pid)).map(({ summary }) => summary))
    .toContainEqual(
      expect.stringMatching(
        new RegExp(
          `has waited for .* in recv for python\\S* \\(${child}\\) at planted\\.py:\\d+ \\(unix_socket_peer\\)`,
        ),
      ),
    );
});

test('where nobody can be asked for the other end of a Unix socket, it is unknown', async (context) => {
  const target = startPython(needPython(context, '3.11'), 'planted.py', 'unix_socket_peer');
  await target.saw('ready');
  const env = { ...process.env, PATH: '/nonexistent' };
  const ask = (command: string): string =>
    execFileSync(process.execPath, [holterProgram, command, String(target.pid)], { env, encoding: 'utf8' });
  await expect
    .poll(() => ask('why'))
    .toMatch(/ in recv for the unknown peer of an unnamed Unix socket at planted\.py:\d+ /);
  expect(ask('dump')).toMatch(/waits: recv from Unix socket unnamed, peer unknown \(unix\)/);
});

test('a DNS look-up that hangs', async (context) => {
  if (process.getuid?.() !== 0) context.skip('root: only root can give a program its own resolv.conf');
  const file = join(temporaryFolder(), 'resolv.conf');
  const target = startPython(needPython(context, '3.11'), 'planted.py', 'dns_hanging', file);
  await target.saw('ready');
  await expect
    .poll(async () => (await diagnose(target.pid))[0]?.summary)
    .toMatch(/a DNS look-up hangs: .* for the name server 127\.77\.0\.1:53 at .*dns_hanging/);
});

test.for(['3.8', '3.11', '3.13'])('nothing is wrong with an idle server on Python %s', async (version, context) => {
  const target = startPython(needPython(context, version), 'planted.py', 'idle_server');
  await target.saw('ready');
  await expect
    .poll(() => diagnose(target.pid))
    .toMatchObject([{ kind: 'idle', severity: 'note', summary: 'nothing is wrong: all 5 threads are idle' }]);
});
