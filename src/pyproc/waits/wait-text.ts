// Sentences for waits: what, whose, where, for how long.
import type { Wait, Waited } from './wait.ts';

/** 0.3 s, 12 s, 4 min 10 s, 3 h 2 min. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 120) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function describeSocket(wait: Extract<Wait, { kind: 'socket' }>): string {
  const { operation, socket } = wait;
  const { protocol, local, peer, state, receiveQueue, sendQueue } = socket;
  if (operation === 'accept') return `accept on ${local} (a new connection)`;
  // A datagram socket that takes from everybody.
  if (peer === undefined && protocol.startsWith('udp')) return `${operation} on ${protocol} ${local} (from anybody)`;
  const direction = operation === 'recv' || operation === 'read' ? 'from' : 'to';
  const facts = [protocol === 'tcp' ? undefined : protocol, state === 'established' ? undefined : state];
  if (receiveQueue > 0) facts.push(`${receiveQueue} bytes received`);
  if (sendQueue > 0) facts.push(`${sendQueue} bytes unsent`);
  if (peer !== undefined) facts.push(`local ${local}`);
  const details = facts.filter((fact) => fact !== undefined).join(', ');
  const other = peer ?? (protocol === 'unix' ? `Unix socket ${local}, peer unknown` : 'an unknown peer');
  return `${operation} ${direction} ${other}${details === '' ? '' : ` (${details})`}`;
}

function describePipe(wait: Extract<Wait, { kind: 'pipe' }>): string {
  const ends = wait.ends.map(({ pid, name }) => `${name} (${pid})`).join(', ');
  if (wait.operation === 'write') {
    return `write to a full pipe, ${ends === '' ? 'nobody seen reading' : `read by ${ends}`}`;
  }
  return `${wait.operation} from a pipe, ${ends === '' ? 'nobody seen writing' : `written by ${ends}`}`;
}

function describeLock(wait: Extract<Wait, { kind: 'lock' }>, owner: string | undefined): string {
  const name = wait.name === undefined ? '' : ` ${wait.name}`;
  const at = wait.object === 0 ? '' : ` at 0x${wait.object.toString(16)}`;
  if (wait.what === 'Thread.join' && owner !== undefined) return `${owner} to end (Thread.join)`;
  const isPlain = wait.what === 'Lock';
  let holder = '';
  if (owner !== undefined) holder = `, held by ${owner}`;
  else if (isPlain) holder = ', holder unknown (a plain Lock does not remember it)';
  return `${wait.what}${name}${at}${holder}`;
}

function describePoll(wait: Extract<Wait, { kind: 'poll' }>): string {
  const { call, descriptors } = wait;
  const shown = descriptors.slice(0, 4).join('; ');
  const more = descriptors.length > 4 ? `; … ${descriptors.length - 4} more` : '';
  return `events (${call}) on ${descriptors.length === 0 ? 'nothing visible' : shown + more}`;
}

function describeSleep(wait: Extract<Wait, { kind: 'sleep' }>): string {
  if (wait.seconds === undefined) return 'sleep';
  return wait.isWhole === true
    ? `sleep of ${formatSeconds(wait.seconds)}`
    : `sleep, ${formatSeconds(wait.seconds)} left`;
}

function describe(wait: Wait, owner: string | undefined): string {
  switch (wait.kind) {
    case 'gil':
      return `the GIL${owner === undefined ? '' : `, held by ${owner}`}`;
    case 'lock':
      return describeLock(wait, owner);
    case 'socket':
      return describeSocket(wait);
    case 'pipe':
      return describePipe(wait);
    case 'file':
      return `${wait.operation} of ${wait.path}${wait.holder === undefined ? '' : `, held by ${wait.holder.name} (${wait.holder.pid})`}`;
    case 'child':
      return wait.pid === undefined ? 'any child process to end' : `child process ${wait.pid} to end`;
    case 'sleep':
      return describeSleep(wait);
    case 'poll':
      return describePoll(wait);
    case 'disk':
      return `the kernel, not interruptible: ${wait.detail}`;
    case 'fault':
      return 'a page of memory to be read in (page fault)';
    case 'other':
      return wait.detail;
    default:
      return wait satisfies never;
  }
}

/** ` – 3.4 s`, or nothing when it is not known. */
export function formatWaited(waited: Waited | undefined): string {
  return waited === undefined ? '' : ` – ${waited.isAtLeast ? 'at least ' : ''}${formatSeconds(waited.seconds)}`;
}

/** One line: what it waits for and for how long. `owner` names the thread in the way. */
export function formatWait(wait: Wait, waited: Waited | undefined, owner: string | undefined): string {
  return describe(wait, owner) + formatWaited(waited);
}
