// Sockets by inode, from /proc/PID/net/*: the tables of the network namespace that the target lives in.
import { readFileSync } from 'node:fs';
import type { SocketFacts } from './wait.ts';

/** Include/net/tcp_states.h. */
const TCP_STATES = [
  '',
  'established',
  'syn-sent',
  'syn-received',
  'fin-wait-1',
  'fin-wait-2',
  'time-wait',
  'closed',
  'close-wait',
  'last-ack',
  'listening',
  'closing',
];
const ANY_PORT = 0;

/** An address of the tables: 32-bit words of the address, each in the machine's byte order, then the port. */
export function parseEndpoint(text: string): { address: string; port: number } {
  const [hex = '', port = '0'] = text.split(':');
  const bytes = Buffer.from(hex, 'hex');
  for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
  return { address: formatAddress(bytes), port: Number.parseInt(port, 16) };
}

function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (isMapped) return bytes.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  const text = groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::');
  return `[${text}]`;
}

const format = ({ address, port }: { address: string; port: number }): string =>
  `${address}:${port === ANY_PORT ? '*' : port}`;

/** Parses one of tcp, tcp6, udp, udp6 into `into`, by inode. */
export function parseInetTable(text: string, protocol: string, into: Map<string, SocketFacts>): void {
  for (const line of text.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const [, local = '', peer = '', state = '', queues = ''] = fields;
    const inode = fields[9];
    if (inode === undefined || inode === '0') continue;
    const [send = '0', receive = '0'] = queues.split(':');
    const remote = parseEndpoint(peer);
    into.set(inode, {
      protocol,
      local: format(parseEndpoint(local)),
      peer: remote.port === ANY_PORT ? undefined : format(remote),
      state: protocol.startsWith('tcp') ? TCP_STATES[Number.parseInt(state, 16)] : undefined,
      receiveQueue: Number.parseInt(receive, 16),
      sendQueue: Number.parseInt(send, 16),
    });
  }
}

function parseUnixTable(text: string, into: Map<string, SocketFacts>): void {
  for (const line of text.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const inode = fields[6];
    if (inode === undefined) continue;
    into.set(inode, {
      protocol: 'unix',
      local: fields.slice(7).join(' ') || 'unnamed',
      peer: undefined,
      state: undefined,
      receiveQueue: 0,
      sendQueue: 0,
    });
  }
}

/** Sockets of the target's network namespace by inode; tables that cannot be read are left out. */
export function readSockets(pid: number): Map<string, SocketFacts> {
  const sockets = new Map<string, SocketFacts>();
  for (const name of ['tcp', 'tcp6', 'udp', 'udp6', 'unix']) {
    let text: string;
    try {
      text = readFileSync(`/proc/${pid}/net/${name}`, 'utf8');
    } catch {
      continue;
    }
    if (name === 'unix') parseUnixTable(text, sockets);
    else parseInetTable(text, name.replace('6', ''), sockets);
  }
  return sockets;
}
