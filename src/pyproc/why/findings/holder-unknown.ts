// A lock that others wait for and that nobody is known to have: it was taken by a plain acquire(), by a thread that may have
// ended since. A semaphore never knows who has it.
import type { Finding, FindingKind } from '../finding.ts';
import { alikeLines } from '../alike.ts';
import { forSeconds, longestOf, secondsWaited } from '../peers.ts';
import type { Wait } from '../../waits/wait.ts';
import { title, where, type Actor, type ProcessScene } from '../scene.ts';
import { waitsForWork } from '../worker-kinds.ts';
import { isForkedWithLock } from './children.ts';
import { blockerOf } from './deadlock.ts';

const LONG_SECONDS = 1;
const EXCLUSIVE = new Set(['Lock', 'RLock', 'multiprocessing lock', 'import lock']);
const COUNTING = new Set(['Semaphore']);

function queuesOf(process: ProcessScene): Map<string, Actor[]> {
  const actors = process.dump.threads.map((thread): Actor => ({ process, thread, wait: process.waits.get(thread) }));
  const stuck = actors.filter((actor) => {
    const wait = actor.wait?.wait;
    if (wait?.kind !== 'lock' || blockerOf(process, actor.thread) !== undefined || waitsForWork(actor)) return false;
    return EXCLUSIVE.has(wait.what) || COUNTING.has(wait.what);
  });
  return Map.groupBy(stuck, ({ wait }) => (wait?.wait.kind === 'lock' ? `${wait.wait.what} ${wait.wait.object}` : ''));
}

function reasonOf({ what, owner }: Extract<Wait, { kind: 'lock' }>): string {
  if (COUNTING.has(what)) return 'all of its places are taken, or were not given back';
  if (owner !== undefined) return 'the thread that took it has ended without releasing it';
  return 'no thread is inside "with" of it: it was taken by acquire() and not released, perhaps by a thread that has ended';
}

export const findUnknownHolders: FindingKind = (scene) =>
  scene.processes.flatMap((process) =>
    [...queuesOf(process).values()].flatMap((queue): Finding[] => {
      const longest = longestOf(queue as [Actor, ...Actor[]]);
      const wait = longest.wait?.wait;
      if (wait?.kind !== 'lock' || isForkedWithLock(scene, process, wait)) return [];
      const who = queue.length === 1 ? `${title(longest, scene)} waits` : `${queue.length} threads wait`;
      const lock = `${wait.what} ${wait.name ?? `at 0x${wait.object.toString(16)}`}`;
      const isExclusive = EXCLUSIVE.has(wait.what);
      const isLong = secondsWaited(longest) >= LONG_SECONDS;
      return [
        {
          kind: isExclusive ? 'lock-holder-unknown' : 'semaphore-exhausted',
          severity: isExclusive && isLong ? 'fault' : isLong ? 'suspect' : 'note',
          summary: `${who} for ${lock}${forSeconds(longest)}${where(longest)}: ${reasonOf(wait)}`,
          evidence: alikeLines(queue, scene),
        },
      ];
    }),
  );
