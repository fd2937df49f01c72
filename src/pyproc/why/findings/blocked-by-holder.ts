// A lock whose holder is itself waiting for something else, or busy: the holder is the culprit, not those in the queue.
import type { ThreadDump } from '../../dump.ts';
import { formatSeconds } from '../../waits/wait-text.ts';
import type { Finding, FindingKind } from '../finding.ts';
import { likenessOf } from '../alike.ts';
import { stackLines, title, where, type ProcessScene, type Scene } from '../scene.ts';
import { blockerOf, findCircles } from './deadlock.ts';

function describeHolder(scene: Scene, process: ProcessScene, thread: ThreadDump): string {
  const actor = { process, thread, wait: process.waits.get(thread) };
  const does = actor.wait === undefined ? 'is running' : `waits: ${actor.wait.text}`;
  return `${title(actor, scene)}, which ${does}${where(actor)}`;
}

export const findBlockedByHolder: FindingKind = (scene) =>
  scene.processes.flatMap((process) => {
    const inCircle = new Set(findCircles(process).flat());
    const queues = new Map<ThreadDump, ThreadDump[]>();
    for (const thread of process.dump.threads) {
      const holder = blockerOf(process, thread);
      const wait = process.waits.get(thread)?.wait;
      if (holder === undefined || inCircle.has(holder) || inCircle.has(thread)) continue;
      // Waiting for a thread to end is what a main thread does.
      if (wait?.kind === 'lock' && wait.what === 'Thread.join') continue;
      const queue = queues.get(holder);
      if (queue === undefined) queues.set(holder, [thread]);
      else queue.push(thread);
    }
    return [...queues].map(([holder, queue]): Finding => {
      const [first] = queue;
      const wait = first === undefined ? undefined : process.waits.get(first);
      const lock = wait?.wait.kind === 'lock' ? `${wait.wait.what} ${wait.wait.name ?? ''}`.trim() : 'a lock';
      const longest = Math.max(...queue.map((thread) => process.waits.get(thread)?.waited?.seconds ?? 0));
      const count = queue.length === 1 ? '1 thread waits' : `${queue.length} threads wait`;
      return {
        of: likenessOf({ process, thread: holder, wait: process.waits.get(holder) }),
        kind: 'blocked-by-holder',
        severity: Math.max(longest, process.waits.get(holder)?.waited?.seconds ?? 0) >= 1 ? 'fault' : 'suspect',
        summary: `${count} for ${lock} (longest ${formatSeconds(longest)}), held by ${describeHolder(scene, process, holder)}`,
        evidence: [
          `  ${title({ process, thread: holder, wait: undefined }, scene)} has it:`,
          ...stackLines({ process, thread: holder, wait: undefined }),
          ...queue
            .slice(0, 3)
            .flatMap((thread) => [
              `  ${title({ process, thread, wait: undefined }, scene)}: ${process.waits.get(thread)?.text}`,
              ...stackLines({ process, thread, wait: undefined }, 2),
            ]),
        ],
      };
    });
  });
