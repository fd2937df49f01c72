// The threads of test/targets/waits.py, each named for what it waits for, and what `holter dump` has to say of it.
import { networkInterfaces } from 'node:os';
import { expect, type TestContext } from 'vitest';
import type { Interpreter } from './interpreters.ts';
import { runHolter } from './run-holter.ts';

const TIME = String.raw` – [\d.]+ (s|min.*)`;
const ADDRESS = String.raw`127\.0\.0\.1:\d+`;
const hasSix = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
const SIX = hasSix ? String.raw`\[::1\]:\d+` : ADDRESS;
const object = (what: string): RegExp => new RegExp(`^${what} at 0x[0-9a-f]+${TIME}$`);
const held = (what: string, holder: string): RegExp =>
  new RegExp(`^${what} at 0x[0-9a-f]+, held by thread "${holder}" \\(\\d+\\)${TIME}$`);
const exactly = (what: string): RegExp => new RegExp(`^${what}${TIME}$`);

const expected: Readonly<Record<string, RegExp>> = {
  plain_lock: held('Lock lock', 'holder'),
  lock_with_timeout: held('Lock lock', 'holder'),
  own_lock_of_a_service: exactly(
    String.raw`Lock self\.lock at 0x[0-9a-f]+, holder unknown \(a plain Lock does not remember it\)`,
  ),
  recursive_lock: held('RLock rlock', 'holder'),
  recursive_lock_without_with: held('RLock taken', 'holder'),
  process_semaphore: object('multiprocessing lock self._semlock'),
  condition_wait: object('Condition.wait condition'),
  condition_wait_for: object('Condition.wait_for condition'),
  semaphore_acquire: object('Semaphore semaphore'),
  event_wait: object('Event.wait event'),
  barrier_wait: object('Barrier.wait barrier'),
  queue_get: object('Queue.get tasks'),
  queue_of_a_service: object('Queue.get self.tasks'),
  queue_put: object('Queue.put full'),
  queue_join: object('Queue.join unfinished'),
  simple_queue: object('SimpleQueue.get simple'),
  simple_queue_iterated: object('SimpleQueue.get simple'),
  future_result: object('Future.result future'),
  futures_wait: exactly('futures.wait'),
  thread_join: new RegExp(`^thread "holder" \\(\\d+\\) to end \\(Thread.join\\)${TIME}$`),
  import_begun: /^sleep/,
  import_joined: held('import lock slow_module', 'import_begun'),
  recv: exactly(`recv from ${ADDRESS} \\(local ${ADDRESS}\\)`),
  recv_with_timeout: exactly(`recv from ${ADDRESS} \\(local ${ADDRESS}\\)`),
  recv_six: exactly(`recv from ${SIX} \\(local ${SIX}\\)`),
  send: exactly(String.raw`send to ${ADDRESS} \(\d+ bytes unsent, local ${ADDRESS}\)`),
  read_line_of_socket: exactly(`recv from ${ADDRESS} \\(local ${ADDRESS}\\)`),
  accept: exactly(`accept on ${SIX} \\(a new connection\\)`),
  datagram: exactly(`recv on udp ${ADDRESS} \\(from anybody\\)`),
  unix_socket: exactly(String.raw`recv from (python.* \(\d+\)|Unix socket unnamed, peer unknown) \(unix.*\)`),
  pipe_read: /^read from a pipe, written by python.* \(\d+\)/,
  pipe_write: /^write to a full pipe, read by python.* \(\d+\)/,
  child_wait: exactly(String.raw`child process \d+ to end`),
  child_wait_with_timeout: /^child process \d+ to end$/,
  child_output: exactly(String.raw`read from a pipe, written by sleep \(\d+\)`),
  sleep: exactly(String.raw`sleep(, 119 min \d+ s left| of 2 h 0 min)`),
  short_sleep_again: /^sleep(, 0\.\d s left| of 0\.8 s) – 0\.\d s$/,
  file_lock: exactly(String.raw`lock of \S+/flocked, held by python\S* \(\d+\)`),
  posix_file_lock: exactly(String.raw`lock of \S+/posix, held by python\S* \(\d+\)`),
  fifo_open: exactly(String.raw`open of \S+/fifo`),
  select_two: exactly(String.raw`events \(select\) on tcp ${ADDRESS} to ${ADDRESS}; tcp ${ADDRESS} to ${ADDRESS}`),
  poll_two: exactly(String.raw`events \(poll\) on tcp ${ADDRESS} to ${ADDRESS}; tcp ${ADDRESS} to ${ADDRESS}`),
  epoll_two: exactly(String.raw`events \(epoll\) on tcp ${ADDRESS} to ${ADDRESS}; tcp ${ADDRESS} to ${ADDRESS}`),
  signal_wait: exactly('a signal'),
};

/** Checks what is said of each thread; whoever was met while it did something else is asked again. */
export async function expectWaits(context: Pick<TestContext, 'skip'>, interpreter: Interpreter): Promise<void> {
  const target = interpreter.start(context, 'waits.py', ...(hasSix ? ['six'] : []));
  await target.saw('ready');
  const missing = new Map(Object.entries(expected));
  const ask = async (): Promise<Record<string, string>> => {
    const { stdout } = await runHolter('dump', '--json', String(target.pid));
    const { threads } = JSON.parse(stdout) as { threads: { name: string; wait?: { text: string } }[] };
    for (const { name, wait } of threads) if (missing.get(name)?.test(wait?.text ?? '') === true) missing.delete(name);
    const texts = new Map(threads.map(({ name, wait }) => [name, wait?.text ?? 'no wait']));
    return Object.fromEntries([...missing].map(([name, pattern]) => [name, `${texts.get(name)}, not ${pattern}`]));
  };
  await expect.poll(ask).toEqual({});
}
