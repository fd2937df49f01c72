// What a blocked thread waits for, in a word or two, from the line of /proc/PID/task/TID/syscall alone: cheap enough for
// every sample. `holter why` says it in full (waits/).
import { readlinkSync } from 'node:fs';
import type { MemoryReader } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';

export interface WaitScope {
  readonly pid: number;
  readonly reader: MemoryReader;
  /** The GIL of the thread: where its struct lies and how long it is. */
  readonly gil: Address;
  readonly gilSize: number;
}

type Explain = (scope: WaitScope, args: readonly number[]) => string;

function kindOf(pid: number, descriptor: number): string {
  try {
    const link = readlinkSync(`/proc/${pid}/fd/${descriptor}`);
    return /^(socket|pipe):/.exec(link)?.[1] ?? 'file';
  } catch {
    return 'descriptor';
  }
}

const on =
  (operation: string): Explain =>
  ({ pid }, [descriptor = -1]) =>
    `${kindOf(pid, descriptor)} ${operation}`;
const plain =
  (text: string): Explain =>
  () =>
    text;
// A socket with a timeout polls its one descriptor before each call.
const poll: Explain = ({ pid, reader }, [table = 0, count]) =>
  count === 1 ? `${kindOf(pid, reader.i32(table) ?? -1)} poll` : 'poll';
// Python up to 3.10 sleeps in a select() without descriptors.
const select: Explain = (_, [count]) => (count === 0 ? 'sleep' : 'select');
const futex: Explain = ({ gil, gilSize }, [address = 0]) =>
  address >= gil && address < gil + gilSize ? 'GIL' : 'lock';

/** By number on x86-64 (arch/x86/entry/syscalls/syscall_64.tbl); -1 is a thread that is blocked outside of a call. */
const reasons: ReadonlyMap<number, Explain> = new Map([
  [-1, plain('page fault')],
  [0, on('read')],
  [1, on('write')],
  [7, poll],
  [17, on('read')],
  [18, on('write')],
  [19, on('read')],
  [20, on('write')],
  [23, select],
  [34, plain('signal')],
  [35, plain('sleep')],
  [42, on('connect')],
  [43, on('accept')],
  [44, on('send')],
  [45, on('recv')],
  [46, on('send')],
  [47, on('recv')],
  [61, plain('child process')],
  [72, on('lock')],
  [73, on('lock')],
  [74, on('fsync')],
  [75, on('fsync')],
  [128, plain('signal')],
  [202, futex],
  [230, plain('sleep')],
  [232, plain('epoll')],
  [247, plain('child process')],
  [270, select],
  [271, poll],
  [281, plain('epoll')],
  [288, on('accept')],
  [441, plain('epoll')],
]);

/** `line` is `number argument … stack instruction`, arguments in hexadecimal. */
export function readWaitReason(line: string, scope: WaitScope): string {
  const [number = '', ...words] = line.trim().split(' ');
  const explain = reasons.get(Number(number));
  return explain === undefined ? `system call ${number}` : explain(scope, words.slice(0, 3).map(Number));
}
