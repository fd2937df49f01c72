// Threads that wait for another machine: grouped by address, because a full pool behind one database is one fault.
import { formatSeconds } from '../../waits/wait-text.ts';
import type { Finding, FindingKind, Severity } from '../finding.ts';
import { actorsOf, isInside, stackLines, title, where, type Actor } from '../scene.ts';

/** An answer that takes longer than this explains a slow request, and then a hang. */
const SLOW_SECONDS = 0.2;
const LONG_SECONDS = 1;
const DNS_PORT = ':53';
const BROKER_LIBRARIES = ['/kombu/', '/amqp/', '/celery/'];
const LOOKUP_FUNCTIONS = new Set(['getaddrinfo', 'gethostbyname', 'create_connection']);

function isLookup(actor: Actor): boolean {
  const { wait, thread } = actor;
  if (wait?.wait.kind === 'socket') {
    const { socket } = wait.wait;
    return socket.protocol === 'udp' && socket.peer?.endsWith(DNS_PORT) === true;
  }
  const isPoll = wait?.wait.kind === 'poll' && wait.wait.descriptors.some((text) => text.endsWith(`to ${DNS_PORT}`));
  return isPoll && LOOKUP_FUNCTIONS.has(thread.frames[0]?.name ?? '');
}

const isBroker = ({ thread }: Actor): boolean =>
  thread.frames.some(({ fileName }) => BROKER_LIBRARIES.some((part) => fileName.includes(part)));

export const findWaitingForPeer: FindingKind = (scene) => {
  const groups = new Map<string, Actor[]>();
  for (const actor of actorsOf(scene)) {
    const wait = actor.wait?.wait;
    if (wait?.kind !== 'socket' || wait.operation === 'accept') continue;
    const key = wait.socket.peer ?? `${wait.socket.protocol} socket ${wait.socket.local}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [actor]);
    else group.push(actor);
  }
  return [...groups].map(([peer, actors]): Finding => {
    const longest = actors.toSorted(
      (a, b) => (b.wait?.waited?.seconds ?? 0) - (a.wait?.waited?.seconds ?? 0),
    )[0] as Actor;
    const seconds = longest.wait?.waited?.seconds ?? 0;
    const time = longest.wait?.waited === undefined ? '' : ` for ${formatSeconds(seconds)}`;
    const operation = longest.wait?.wait.kind === 'socket' ? longest.wait.wait.operation : 'socket';
    const siblings = countSiblings(actors, [...actorsOf(scene)]);
    let summary: string;
    if (actors.some(isLookup)) {
      summary = `a DNS look-up hangs: ${title(longest, scene)} has waited${time} for the name server ${peer}${where(longest)}`;
    } else if (actors.some(isBroker)) {
      summary = `a Celery worker waits for its broker ${peer}${time}${where(longest)}`;
    } else if (actors.length === 1) {
      summary = `${title(longest, scene)} has waited${time} in ${operation} for ${peer}${where(longest)}`;
    } else {
      summary = `${actors.length} of ${siblings.total} ${siblings.what} wait for ${peer} (${operation}, longest${time || ' unknown'})${where(longest)}`;
    }
    const evidence = actors
      .slice(0, 3)
      .flatMap((actor) => [`  ${title(actor, scene)}: ${actor.wait?.text}`, ...stackLines(actor)]);
    if (actors.length > 3) evidence.push(`  … and ${actors.length - 3} more like these`);
    return { kind: 'waiting-for-peer', severity: gravity(seconds), summary, evidence };
  });
};

function gravity(seconds: number): Severity {
  if (seconds >= LONG_SECONDS) return 'fault';
  return seconds >= SLOW_SECONDS ? 'suspect' : 'note';
}

// The others of the same pool: threads whose names differ only in their numbers, or worker processes of one parent.
function countSiblings(actors: readonly Actor[], all: readonly Actor[]): { total: number; what: string } {
  const stem = (actor: Actor): string => (actor.thread.name ?? '').replaceAll(/\d+/g, '#');
  const stems = new Set(actors.map(stem));
  const siblings = all.filter((actor) => stems.has(stem(actor)));
  const isPool = actors.every(({ thread }) => isInside(thread, '/concurrent/futures/thread.py', '_worker'));
  const processes = new Set(actors.map(({ process }) => process.pid));
  if (processes.size > 1 && stems.size === 1) return { total: siblings.length, what: 'workers' };
  return { total: siblings.length, what: isPool ? 'pool threads' : 'threads' };
}
