// Threads that wait for the result of work that others do. When all threads of a pool do so and nobody has begun that work, it
// may be queued behind themselves, and then it never begins.
import { findBlockingCall } from '../../waits/blocking-frames.ts';
import { readLocals } from '../../frames/locals.ts';
import type { Address } from '../../memory/process-memory.ts';
import type { ThreadDump } from '../../dump.ts';
import type { Finding, FindingKind } from '../finding.ts';
import { alikeLines } from '../alike.ts';
import { forSeconds, longestOf, secondsWaited } from '../peers.ts';
import { title, where, type Actor, type ProcessScene } from '../scene.ts';
import { waitsForWork } from '../worker-kinds.ts';

const LONG_SECONDS = 1;
const RESULTS = new Set(['Future.result', 'Future.exception', 'futures.wait', 'futures.as_completed', 'pool result']);
const POOL_FILE = '/concurrent/futures/thread.py';

/** The queue of the thread pool whose worker the thread is; 0 for other threads. */
function poolOf({ dumper, target }: ProcessScene, thread: ThreadDump): Address {
  const frame = thread.frames.find(({ name, fileName }) => name === '_worker' && fileName.endsWith(POOL_FILE));
  const code = frame === undefined ? undefined : dumper.codes.at(frame.code);
  if (frame === undefined || code === undefined) return 0;
  // Its parameters are a weak reference to the executor, or a context in its place (3.14+), and the queue.
  return readLocals(target, frame.address, code).find(({ name }) => name === 'work_queue')?.value ?? 0;
}

/** Whether the thread waits for work that nobody has begun. */
function waitsForPending({ dumper, target: { objects } }: ProcessScene, thread: ThreadDump): boolean {
  const call = findBlockingCall(dumper, thread);
  if (call === undefined || !['Future.result', 'Future.exception'].includes(call.what)) return false;
  const state = objects.attribute(call.object, '_state');
  return state !== undefined && objects.text(state) === 'PENDING';
}

function starvedPools(process: ProcessScene): ThreadDump[][] {
  const pools = Map.groupBy(process.dump.threads, (thread) => poolOf(process, thread));
  pools.delete(0);
  return [...pools.values()].filter((threads) => threads.every((thread) => waitsForPending(process, thread)));
}

export const findResultWaits: FindingKind = (scene) =>
  scene.processes.flatMap((process): Finding[] => {
    const actorOf = (thread: ThreadDump): Actor => ({ process, thread, wait: process.waits.get(thread) });
    const starved = starvedPools(process).map((threads): Finding => {
      const actors = threads.map(actorOf);
      const longest = longestOf(actors as [Actor, ...Actor[]]);
      const who =
        threads.length === 1 ? 'the one thread of a pool waits' : `all ${threads.length} threads of a pool wait`;
      const summary = `${who}${forSeconds(longest)} for results of work that nobody has begun${where(longest)}: if it is queued in the same pool, it never begins`;
      const severity = secondsWaited(longest) >= LONG_SECONDS ? 'fault' : 'suspect';
      return { kind: 'pool-waits-for-itself', severity, summary, evidence: alikeLines(actors, scene) };
    });
    const told = new Set(starvedPools(process).flat());
    const others = process.dump.threads.map(actorOf).filter((actor) => {
      const wait = actor.wait?.wait;
      return wait?.kind === 'lock' && RESULTS.has(wait.what) && !told.has(actor.thread) && !waitsForWork(actor);
    });
    return [
      ...starved,
      ...others.map((actor): Finding => {
        const what = actor.wait?.text.replace(/ – .*$/, '');
        const summary = `${title(actor, scene)} has waited${forSeconds(actor)} for ${what}${where(actor)}`;
        return { kind: 'waiting-for-result', severity: 'note', summary, evidence: alikeLines([actor], scene) };
      }),
    ];
  });
