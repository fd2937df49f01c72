// A queue that is full, or whose join() waits, while no thread is inside its get(): whoever emptied it is gone.
import { findBlockingCall, selfOf } from '../../waits/blocking-frames.ts';
import { readDeque } from '../../objects/containers.ts';
import { formatSeconds } from '../../waits/wait-text.ts';
import type { Address } from '../../memory/process-memory.ts';
import type { Finding, FindingKind } from '../finding.ts';
import { likenessOf } from '../alike.ts';
import { stackLines, title, where, type Actor, type ProcessScene } from '../scene.ts';

interface QueueUse {
  readonly actor: Actor;
  readonly what: string;
  readonly name: string | undefined;
}

function collectUses(process: ProcessScene): Map<Address, QueueUse[]> {
  const uses = new Map<Address, QueueUse[]>();
  for (const thread of process.dump.threads) {
    const wait = process.waits.get(thread);
    const call = findBlockingCall(process.dumper, thread);
    if (call === undefined || !call.what.startsWith('Queue.')) continue;
    const name = wait?.wait.kind === 'lock' ? wait.wait.name : undefined;
    const known = uses.get(call.object) ?? [];
    uses.set(call.object, [...known, { actor: { process, thread, wait }, what: call.what, name }]);
  }
  return uses;
}

// A consumer that is busy with an item has the queue in a frame that called get() before; it is among the frames' selves
// or variables only by chance, so "nobody" is said of get() alone and the busy threads are listed.
export const findQueuesWithoutConsumer: FindingKind = (scene) =>
  scene.processes.flatMap((process) =>
    [...collectUses(process)].flatMap(([queue, uses]): Finding[] => {
      const stuck = uses.filter(({ what }) => what === 'Queue.put' || what === 'Queue.join');
      const [first] = stuck;
      if (first === undefined || uses.some(({ what }) => what === 'Queue.get')) return [];
      const others = process.dump.threads.filter((thread) => !uses.some((use) => use.actor.thread === thread));
      if (others.some((thread) => isBusy(process, thread, queue))) return [];
      const { objects } = process.target;
      const items = objects.attribute(queue, 'queue');
      const length = items === undefined ? undefined : readDeque(objects.reader, items, 0)?.size;
      const seconds = first.actor.wait?.waited?.seconds ?? 0;
      const size = length === undefined ? '' : ` with ${length} items in it`;
      const verb = first.what === 'Queue.put' ? 'is full' : 'is not emptied';
      return [
        {
          of: likenessOf(first.actor),
          kind: 'queue-without-consumer',
          severity: 'fault',
          summary: `the queue ${first.name ?? `at 0x${queue.toString(16)}`}${size} ${verb} and no thread takes from it: its consumer is gone; ${stuck.length} waiting for ${formatSeconds(seconds)}${where(first.actor)}`,
          evidence: stuck
            .slice(0, 3)
            .flatMap(({ actor }) => [`  ${title(actor, scene)}: ${actor.wait?.text}`, ...stackLines(actor)]),
        },
      ];
    }),
  );

/** Whether a frame of the thread has the queue in its hands, so that it may yet take from it. */
function isBusy(process: ProcessScene, thread: ProcessScene['dump']['threads'][number], queue: Address): boolean {
  return thread.frames.some((frame) => selfOf(process.dumper, frame) === queue);
}
