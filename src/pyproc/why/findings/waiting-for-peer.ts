// Threads that wait for another machine: grouped by address, because a full pool behind one database is one fault.
import type { Finding, FindingKind, Severity } from '../finding.ts';
import { alikeLines } from '../alike.ts';
import { forSeconds, longestOf, operationOf, peerOf, secondsWaited } from '../peers.ts';
import { actorsOf, isInside, title, where, type Actor } from '../scene.ts';
import { workerKindOf } from '../worker-kinds.ts';
import { threadsToldAsPool } from './workers.ts';

/** An answer that takes longer than this explains a slow request, and then a hang. */
const SLOW_SECONDS = 0.2;
const LONG_SECONDS = 1;
const DNS_PORT = ':53';
const BROKER_LIBRARIES = /\/(?:kombu|amqp)\//;
const TASK_FILE = '/celery/app/trace.py';
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

// Inside a task, only what the task itself asks of the broker counts.
function isBroker({ thread }: Actor): boolean {
  const task = thread.frames.findIndex(({ fileName }) => fileName.endsWith(TASK_FILE));
  const inner = task === -1 ? thread.frames : thread.frames.slice(0, task);
  return inner.some(({ fileName }) => BROKER_LIBRARIES.test(fileName));
}

export const findWaitingForPeer: FindingKind = (scene) => {
  const groups = Map.groupBy(actorsOf(scene), peerOf);
  const told = threadsToldAsPool(scene);
  return [...groups].flatMap(([peer, actors]): Finding[] => {
    if (peer === undefined) return [];
    const longest = longestOf(actors as [Actor, ...Actor[]]);
    const time = forSeconds(longest);
    const siblings = countSiblings(actors, [...actorsOf(scene)]);
    let summary: string;
    if (actors.some(isLookup)) {
      summary = `a DNS look-up hangs: ${title(longest, scene)} has waited${time} for the name server ${peer}${where(longest)}`;
    } else if (actors.some(isBroker)) {
      summary = `a Celery worker waits for its broker ${peer}${time}${where(longest)}`;
    } else if (actors.every(({ thread }) => told.has(thread))) {
      return [];
    } else if (actors.length === 1) {
      summary = `${title(longest, scene)} has waited${time} in ${operationOf(longest)} for ${peer}${where(longest)}`;
    } else {
      summary = `${actors.length} of ${siblings.total} ${siblings.what} wait for ${peer} (${operationOf(longest)}, longest${time || ' unknown'})${where(longest)}`;
    }
    const severity = gravity(secondsWaited(longest));
    return [{ kind: 'waiting-for-peer', severity, summary, evidence: alikeLines(actors, scene) }];
  });
};

function gravity(seconds: number): Severity {
  if (seconds >= LONG_SECONDS) return 'fault';
  return seconds >= SLOW_SECONDS ? 'suspect' : 'note';
}

// The others of the same pool: threads whose names differ only in their numbers, or worker processes of one parent.
function countSiblings(actors: readonly Actor[], all: readonly Actor[]): { total: number; what: string } {
  const [first] = actors;
  const kind = first === undefined ? undefined : workerKindOf(first);
  if (kind !== undefined && actors.every((actor) => workerKindOf(actor) === kind)) {
    return { total: all.filter((actor) => workerKindOf(actor) === kind).length, what: `${kind.name} workers` };
  }
  const stem = (actor: Actor): string => (actor.thread.name ?? '').replaceAll(/\d+/g, '#');
  const stems = new Set(actors.map(stem));
  const parents = new Set(actors.map(({ process }) => process.parent));
  const siblings = all.filter((actor) => stems.has(stem(actor)) && parents.has(actor.process.parent));
  const isPool = actors.every(({ thread }) => isInside(thread, '/concurrent/futures/thread.py', '_worker'));
  const processes = new Set(actors.map(({ process }) => process.pid));
  if (processes.size > 1 && stems.size === 1) return { total: siblings.length, what: 'workers' };
  return { total: siblings.length, what: isPool ? 'pool threads' : 'threads' };
}
