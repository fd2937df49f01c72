// System calls in which a thread blocks, x86-64 numbers (arch/x86/entry/syscalls/syscall_64.tbl), and what each waits
// for. A new call is one line. Arguments are those of the kernel's interface.
import { readWaitChannel } from '../procfs/task.ts';
import type { MemoryReader } from '../memory/memory-reader.ts';
import type { Descriptor, Descriptors } from './descriptors.ts';
import type { Wait } from './wait.ts';

const MAX_POLLED = 256;
const TIMER_ABSOLUTE = 1;
const POLL_OUT = 4;
const CLOCK_MONOTONIC = 1;
const F_SETLKW = 7;
const F_OFD_SETLKW = 38;

/** What a call is explained from. */
export interface SyscallScope {
  readonly pid: number;
  readonly task: number;
  readonly reader: MemoryReader;
  readonly descriptors: Descriptors;
  readonly arguments: readonly number[];
  /** Nanoseconds of CLOCK_MONOTONIC. */
  readonly now: bigint;
}

interface SyscallWait {
  readonly number: number;
  readonly name: string;
  readonly explain: (scope: SyscallScope) => Wait;
}

const int32 = (value: number): number => Number(BigInt.asIntN(32, BigInt(Math.trunc(value))));
const argument = (scope: SyscallScope, index: number): number => scope.arguments[index] ?? 0;

/** What blocks on a descriptor waits for, by what the descriptor is. */
function waitOn({ descriptors }: SyscallScope, fd: number, operation: string): Wait {
  const descriptor = descriptors.at(fd);
  if (descriptor === undefined) return { kind: 'other', detail: `${operation} on descriptor ${fd}` };
  switch (descriptor.kind) {
    case 'socket':
      return { kind: 'socket', operation, descriptor: fd, socket: descriptors.withPeer(descriptor) };
    case 'pipe':
      return { kind: 'pipe', operation, descriptor: fd, ends: descriptor.ends };
    case 'file':
      return { kind: 'file', operation, path: descriptor.path };
    case 'epoll':
      return { kind: 'poll', call: 'epoll', descriptors: [] };
    default:
      return descriptor satisfies never;
  }
}

const onDescriptor =
  (operation: string) =>
  (scope: SyscallScope): Wait => {
    const fd = int32(argument(scope, 0));
    return waitOn(scope, fd, operation);
  };

const onPath =
  (operation: string, index: number) =>
  (scope: SyscallScope): Wait => {
    const path = scope.reader.cString(argument(scope, index));
    return { kind: 'file', operation, path: path ?? 'unknown' };
  };

/** One watched descriptor in words. */
export function describeDescriptor(descriptor: Descriptor | undefined, fd: number): string {
  if (descriptor === undefined) return `descriptor ${fd}`;
  switch (descriptor.kind) {
    case 'socket': {
      const { protocol, local, peer, state } = descriptor.socket;
      if (state === 'listening') return `${protocol} listening on ${local}`;
      return peer === undefined ? `${protocol} ${local}` : `${protocol} ${local} to ${peer}`;
    }
    case 'pipe':
      return 'pipe';
    case 'epoll':
      return 'epoll set';
    case 'file':
      return descriptor.path;
    default:
      return descriptor satisfies never;
  }
}

function polled(scope: SyscallScope, call: string, fds: readonly { fd: number; writes: boolean }[]): Wait {
  const [only] = fds;
  // A blocking call with a timeout polls its one descriptor first: that is the call's own wait, not an event loop.
  if (only !== undefined && fds.length === 1) {
    const descriptor = scope.descriptors.at(only.fd);
    const isSocket = descriptor?.kind === 'socket';
    if (isSocket && descriptor.socket.state === 'listening') return waitOn(scope, only.fd, 'accept');
    if (isSocket && descriptor.socket.state === 'syn-sent') return waitOn(scope, only.fd, 'connect');
    if (isSocket || descriptor?.kind === 'pipe') {
      let operation = only.writes ? 'write' : 'read';
      if (isSocket) operation = only.writes ? 'send' : 'recv';
      return waitOn(scope, only.fd, operation);
    }
  }
  return { kind: 'poll', call, descriptors: fds.map(({ fd }) => describeDescriptor(scope.descriptors.at(fd), fd)) };
}

function explainPoll(scope: SyscallScope): Wait {
  const count = Math.min(argument(scope, 1), MAX_POLLED);
  const table = scope.reader.view(argument(scope, 0), count * 8);
  const fds = Array.from({ length: table === undefined ? 0 : count }, (_, index) => ({
    fd: table?.getInt32(index * 8, true) ?? -1,
    writes: ((table?.getInt16(index * 8 + 4, true) ?? 0) & POLL_OUT) !== 0,
  })).filter(({ fd }) => fd >= 0);
  return polled(scope, 'poll', fds);
}

/** select() counts its timeout in microseconds, pselect6(), which the C library calls in its place, in nanoseconds. */
const explainSelect =
  (unitsPerSecond: number) =>
  (scope: SyscallScope): Wait => {
    const count = Math.min(int32(argument(scope, 0)), 1024);
    const sets = [argument(scope, 1), argument(scope, 2)].map((address) =>
      address === 0 ? undefined : scope.reader.bytes(address, (count + 7) >> 3),
    );
    if (count <= 0 || sets.every((set) => set === undefined)) {
      // Python up to 3.10 sleeps in a select() without descriptors.
      const timeout = scope.reader.view(argument(scope, 4), 16);
      const seconds =
        timeout && Number(timeout.getBigInt64(0, true)) + Number(timeout.getBigInt64(8, true)) / unitsPerSecond;
      return { kind: 'sleep', seconds, isWhole: true };
    }
    const fds: { fd: number; writes: boolean }[] = [];
    for (let fd = 0; fd < count && fds.length < MAX_POLLED; fd++) {
      const [reads, writes] = sets.map((set) => set !== undefined && (((set[fd >> 3] ?? 0) >> (fd & 7)) & 1) === 1);
      if (reads === true || writes === true) fds.push({ fd, writes: writes === true && reads !== true });
    }
    return polled(scope, 'select', fds);
  };

function explainEpoll(scope: SyscallScope): Wait {
  const watched = scope.descriptors.watchedBy(int32(argument(scope, 0)));
  return {
    kind: 'poll',
    call: 'epoll',
    descriptors: watched.slice(0, MAX_POLLED).map((fd) => describeDescriptor(scope.descriptors.at(fd), fd)),
  };
}

function readTimespec(scope: SyscallScope, address: number): bigint | undefined {
  const view = scope.reader.view(address, 16);
  return view === undefined ? undefined : view.getBigInt64(0, true) * 1_000_000_000n + view.getBigInt64(8, true);
}

function explainClockSleep(scope: SyscallScope): Wait {
  const until = readTimespec(scope, argument(scope, 2));
  if (until === undefined) return { kind: 'sleep', seconds: undefined };
  if ((argument(scope, 1) & TIMER_ABSOLUTE) === 0)
    return { kind: 'sleep', seconds: Number(until) / 1e9, isWhole: true };
  if (argument(scope, 0) !== CLOCK_MONOTONIC) return { kind: 'sleep', seconds: undefined };
  return { kind: 'sleep', seconds: Math.max(0, Number(until - scope.now) / 1e9) };
}

function explainChild(pid: number): Wait {
  return { kind: 'child', pid: pid > 0 ? pid : undefined };
}

const onSignal = (): Wait => ({ kind: 'other', detail: 'a signal' });

function explainFileLock(scope: SyscallScope): Wait {
  const fd = int32(argument(scope, 0));
  const wait = waitOn(scope, fd, 'lock');
  if (wait.kind !== 'file') return wait;
  const holder = scope.descriptors.lockHolder(fd);
  return holder === undefined ? wait : { ...wait, holder };
}

function explainFcntl(scope: SyscallScope): Wait {
  const command = int32(argument(scope, 1));
  const isLock = command === F_SETLKW || command === F_OFD_SETLKW;
  return isLock ? explainFileLock(scope) : onDescriptor('fcntl')(scope);
}

const syscallWaits: readonly SyscallWait[] = [
  { number: 0, name: 'read', explain: onDescriptor('read') },
  { number: 1, name: 'write', explain: onDescriptor('write') },
  { number: 2, name: 'open', explain: onPath('open', 0) },
  { number: 4, name: 'stat', explain: onPath('stat', 0) },
  { number: 7, name: 'poll', explain: explainPoll },
  { number: 17, name: 'pread64', explain: onDescriptor('read') },
  { number: 18, name: 'pwrite64', explain: onDescriptor('write') },
  { number: 19, name: 'readv', explain: onDescriptor('read') },
  { number: 20, name: 'writev', explain: onDescriptor('write') },
  { number: 23, name: 'select', explain: explainSelect(1e6) },
  { number: 34, name: 'pause', explain: onSignal },
  {
    number: 35,
    name: 'nanosleep',
    explain: (scope) => {
      const length = readTimespec(scope, argument(scope, 0));
      return { kind: 'sleep', seconds: length === undefined ? undefined : Number(length) / 1e9, isWhole: true };
    },
  },
  { number: 42, name: 'connect', explain: onDescriptor('connect') },
  { number: 43, name: 'accept', explain: onDescriptor('accept') },
  { number: 44, name: 'sendto', explain: onDescriptor('send') },
  { number: 45, name: 'recvfrom', explain: onDescriptor('recv') },
  { number: 46, name: 'sendmsg', explain: onDescriptor('send') },
  { number: 47, name: 'recvmsg', explain: onDescriptor('recv') },
  { number: 56, name: 'clone', explain: (scope) => explainKernel(scope, 'a new child to start its program') },
  { number: 58, name: 'vfork', explain: (scope) => explainKernel(scope, 'a new child to start its program') },
  { number: 435, name: 'clone3', explain: (scope) => explainKernel(scope, 'a new child to start its program') },
  { number: 61, name: 'wait4', explain: (scope) => explainChild(int32(argument(scope, 0))) },
  { number: 72, name: 'fcntl', explain: explainFcntl },
  { number: 73, name: 'flock', explain: explainFileLock },
  { number: 74, name: 'fsync', explain: onDescriptor('fsync') },
  { number: 75, name: 'fdatasync', explain: onDescriptor('fdatasync') },
  { number: 128, name: 'rt_sigtimedwait', explain: onSignal },
  { number: 130, name: 'rt_sigsuspend', explain: onSignal },
  { number: 230, name: 'clock_nanosleep', explain: explainClockSleep },
  { number: 232, name: 'epoll_wait', explain: explainEpoll },
  {
    number: 247,
    name: 'waitid',
    explain: (scope) => explainChild(argument(scope, 0) === 1 ? int32(argument(scope, 1)) : -1),
  },
  { number: 257, name: 'openat', explain: onPath('open', 1) },
  { number: 262, name: 'newfstatat', explain: onPath('stat', 1) },
  { number: 270, name: 'pselect6', explain: explainSelect(1e9) },
  { number: 271, name: 'ppoll', explain: explainPoll },
  { number: 281, name: 'epoll_pwait', explain: explainEpoll },
  { number: 288, name: 'accept4', explain: onDescriptor('accept') },
  { number: 441, name: 'epoll_pwait2', explain: explainEpoll },
];

function explainKernel(scope: SyscallScope, detail: string): Wait {
  const channel = readWaitChannel(scope.pid, scope.task);
  return { kind: 'disk', detail: channel === undefined ? detail : `${detail} (${channel})` };
}

const byNumber = new Map(syscallWaits.map((call) => [call.number, call]));

/** What the call waits for; a call that is not in the table is named by its number. */
export function explainSyscall(number: number, scope: SyscallScope): Wait {
  const call = byNumber.get(number);
  if (call !== undefined) return call.explain(scope);
  const channel = readWaitChannel(scope.pid, scope.task);
  return { kind: 'other', detail: `system call ${number}${channel === undefined ? '' : ` (${channel})`}` };
}
