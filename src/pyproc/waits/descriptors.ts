// What the file descriptors of a process are: files, sockets, pipes with their other ends, epoll sets.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { listProcesses, readProcessStatus } from '../procfs/process-status.ts';
import { findFileLockHolder } from './file-locks.ts';
import { readSockets } from './sockets.ts';
import { describeUnixPeer, readUnixSockets } from './unix-peers.ts';
import type { PipeEnd, SocketFacts } from './wait.ts';

const MAX_PIPE_ENDS = 16;
const ACCESS_MODE = 3;

export type Descriptor =
  | { readonly kind: 'socket'; readonly inode: string; readonly socket: SocketFacts }
  | { readonly kind: 'pipe'; readonly inode: string; readonly ends: readonly PipeEnd[] }
  | { readonly kind: 'epoll' }
  | { readonly kind: 'file'; readonly path: string };

const unknownSocket: SocketFacts = {
  protocol: 'socket',
  local: 'unknown',
  peer: undefined,
  state: undefined,
  receiveQueue: 0,
  sendQueue: 0,
};

/** Reads descriptors of one process; everything is looked up at most once, so make a new one for each look. */
export class Descriptors {
  readonly #pid: number;
  readonly #known = new Map<number, Descriptor | undefined>();
  #sockets: Map<string, SocketFacts> | undefined;
  #unixSockets: ReturnType<typeof readUnixSockets> | undefined;
  #pipeHolders: Map<string, { pid: number; fd: string }[]> | undefined;

  constructor(pid: number) {
    this.#pid = pid;
  }

  /** `undefined` when the descriptor is closed or not shown to us. */
  at(fd: number): Descriptor | undefined {
    if (!this.#known.has(fd)) this.#known.set(fd, this.#read(fd));
    return this.#known.get(fd);
  }

  #read(fd: number): Descriptor | undefined {
    let link: string;
    try {
      link = readlinkSync(`/proc/${this.#pid}/fd/${fd}`);
    } catch {
      return undefined;
    }
    const inode = /^(socket|pipe):\[(\d+)\]$/.exec(link);
    if (inode?.[1] === 'socket') {
      this.#sockets ??= readSockets(this.#pid);
      return { kind: 'socket', inode: inode[2] ?? '', socket: this.#sockets.get(inode[2] ?? '') ?? unknownSocket };
    }
    if (inode?.[1] === 'pipe') return { kind: 'pipe', inode: inode[2] ?? '', ends: this.#pipeEnds(link, fd) };
    return link === 'anon_inode:[eventpoll]' ? { kind: 'epoll' } : { kind: 'file', path: link };
  }

  /** The socket with the process at its other end, which costs a program's run to find out for a Unix socket. */
  withPeer({ inode, socket }: Extract<Descriptor, { kind: 'socket' }>): SocketFacts {
    if (socket.protocol !== 'unix' || socket.state === 'listening') return socket;
    this.#unixSockets ??= readUnixSockets(this.#pid);
    return { ...socket, peer: describeUnixPeer(this.#unixSockets, inode) };
  }

  /** Who has the lock on the file behind the descriptor that the process waits for. */
  lockHolder(fd: number): PipeEnd | undefined {
    try {
      const { ino } = statSync(`/proc/${this.#pid}/fd/${fd}`);
      const pid = findFileLockHolder(readFileSync('/proc/locks', 'utf8'), this.#pid, ino);
      return pid === undefined ? undefined : { pid, name: readProcessStatus(pid)?.name ?? '?' };
    } catch {
      return undefined;
    }
  }

  /** Descriptors that an epoll set watches. */
  watchedBy(epoll: number): number[] {
    try {
      const text = readFileSync(`/proc/${this.#pid}/fdinfo/${epoll}`, 'utf8');
      return Array.from(text.matchAll(/^tfd:\s*(\d+)/gm), (match) => Number(match[1]));
    } catch {
      return [];
    }
  }

  // Everybody who has the pipe open in the other direction.
  #pipeEnds(link: string, fd: number): PipeEnd[] {
    const writes = canWrite(this.#pid, String(fd));
    this.#pipeHolders ??= findPipeHolders();
    const ends = new Map<number, PipeEnd>();
    for (const holder of this.#pipeHolders.get(link) ?? []) {
      if (canWrite(holder.pid, holder.fd) === writes) continue;
      ends.set(holder.pid, { pid: holder.pid, name: readProcessStatus(holder.pid)?.name ?? '?' });
    }
    return [...ends.values()].slice(0, MAX_PIPE_ENDS);
  }
}

function canWrite(pid: number, fd: string): boolean {
  try {
    const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1];
    return (Number.parseInt(flags ?? '0', 8) & ACCESS_MODE) !== 0;
  } catch {
    return false;
  }
}

/** Pipes of all processes that we may look into: link text → who has it open. */
function findPipeHolders(): Map<string, { pid: number; fd: string }[]> {
  const holders = new Map<string, { pid: number; fd: string }[]>();
  for (const pid of listProcesses()) {
    for (const [fd, link] of listLinks(pid)) {
      if (!link.startsWith('pipe:')) continue;
      const known = holders.get(link);
      if (known === undefined) holders.set(link, [{ pid, fd }]);
      else known.push({ pid, fd });
    }
  }
  return holders;
}

function* listLinks(pid: number): Generator<[fd: string, link: string]> {
  let names: string[];
  try {
    names = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return;
  }
  for (const fd of names) {
    try {
      yield [fd, readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      // Closed between the two calls: nobody has it open any more.
      continue;
    }
  }
}
