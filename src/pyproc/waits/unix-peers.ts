// Who is at the other end of a Unix socket. The kernel tells it by netlink (sock_diag(7)), which cannot be opened from here;
// the program `ss` of iproute2 asks in our place, where it is installed.
import { readlinkSync } from 'node:fs';
import { readProcessStatus } from '../procfs/process-status.ts';

const TIMEOUT_MS = 2000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const MAX_NAMED = 3;
const LINE = /^u_\w+\s+\S+\s+\d+\s+\d+\s+.*?\s(\d+)\s+\S+\s+(\d+)(?:\s+users:\((.*)\))?/;

interface UnixSocket {
  readonly peer: string;
  readonly pids: readonly number[];
}

/** Parses `ss --unix --processes --numeric --no-header`: sockets by inode. */
export function parseUnixSockets(text: string): Map<string, UnixSocket> {
  const sockets = new Map<string, UnixSocket>();
  for (const line of text.split('\n')) {
    const [, inode, peer, users = ''] = LINE.exec(line) ?? [];
    if (inode === undefined || peer === undefined) continue;
    const pids = Array.from(users.matchAll(/pid=(\d+)/g), (match) => Number(match[1]));
    sockets.set(inode, { peer, pids: [...new Set(pids)] });
  }
  return sockets;
}

function isInOurNetwork(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync('/proc/self/ns/net');
  } catch {
    return true;
  }
}

/** Unix sockets of the network namespace of `pid`; empty when nobody can be asked. */
export function readUnixSockets(pid: number): Map<string, UnixSocket> {
  const question = ['--unix', '--processes', '--numeric', '--no-header'];
  const [program = '', ...args] = isInOurNetwork(pid)
    ? ['ss', ...question]
    : ['nsenter', `--net=/proc/${pid}/ns/net`, 'ss', ...question];
  // Loading it takes longer than a whole look at a small process.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const answer = spawnSync(program, args, { encoding: 'utf8', timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES });
  return answer.status === 0 ? parseUnixSockets(answer.stdout) : new Map<string, UnixSocket>();
}

/** `postgres (812)`: the processes that have the other end of the socket; `undefined` when that is not known. */
export function describeUnixPeer(sockets: ReadonlyMap<string, UnixSocket>, inode: string): string | undefined {
  const other = sockets.get(sockets.get(inode)?.peer ?? '');
  if (other === undefined || other.pids.length === 0) return undefined;
  const names = other.pids.slice(0, MAX_NAMED).map((pid) => `${readProcessStatus(pid)?.name ?? '?'} (${pid})`);
  return other.pids.length > MAX_NAMED ? `${names.join(', ')} …` : names.join(', ');
}
