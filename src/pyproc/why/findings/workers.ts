// Pools of workers: what they do, taken together, and whether any of them is free.
import type { Finding, FindingKind, Severity } from '../finding.ts';
import { alikeLines, likenessOf } from '../alike.ts';
import { forSeconds, longestOf, operationOf, peerOf, secondsWaited } from '../peers.ts';
import { actorsOf, where, type Actor, type Scene } from '../scene.ts';
import type { ThreadDump } from '../../dump.ts';
import { workerKinds, type WorkerKind } from '../worker-kinds.ts';

const LONG_SECONDS = 1;

/** All workers of a kind, none of which is free, and the largest part of them that is at one place. */
interface BusyPool {
  readonly kind: WorkerKind;
  readonly workers: readonly Actor[];
  readonly same: readonly [Actor, ...Actor[]];
}

function listBusyPools(scene: Scene): BusyPool[] {
  return workerKinds.flatMap((kind) => {
    const workers = [...actorsOf(scene)].filter((actor) => kind.isWorker(actor));
    if (workers.some((actor) => kind.isFree(actor))) return [];
    const places = Map.groupBy(workers, (actor) => likenessOf(actor).likeness);
    const [same] = [...places.values()].toSorted((a, b) => b.length - a.length);
    return same === undefined ? [] : [{ kind, workers, same: same as [Actor, ...Actor[]] }];
  });
}

function describePlace({ workers, same }: BusyPool): string {
  const [first] = same;
  const isOne = workers.length === 1;
  const who = isOne ? 'it' : `${same.length} of them`;
  const [peer, ...others] = new Set(same.map((actor) => peerOf(actor)));
  if (peer === undefined) {
    const doing = first.wait === undefined ? 'Python code on a CPU' : first.wait.text.replace(/ – .*$/, '');
    return `${who} ${isOne ? 'is in' : 'in'} ${doing}${where(first)}`;
  }
  const longest = longestOf(same);
  const time = forSeconds(longest);
  const since = same.length === 1 || time === '' ? time : `, longest${time}`;
  const whom = others.length === 0 ? peer : `${others.length + 1} addresses (${peer} …)`;
  return `${who} ${same.length === 1 ? 'waits' : 'wait'} for ${whom} in ${operationOf(longest)}${since}${where(longest)}`;
}

// Workers of a queue are there to be busy: only when they wait for something else, and long, is it a fault.
function gravity({ kind, same }: BusyPool): Severity {
  if (kind.isServer) return 'fault';
  if (same.every((actor) => actor.wait === undefined)) return 'note';
  return same.some((actor) => secondsWaited(actor) >= LONG_SECONDS) ? 'fault' : 'note';
}

export const findBusyWorkers: FindingKind = (scene) =>
  listBusyPools(scene).map((pool): Finding => {
    const { kind, workers } = pool;
    const noun =
      workers.length === 1 ? `the only ${kind.name} worker is` : `all ${workers.length} ${kind.name} workers are`;
    const effect = kind.isServer ? 'requests queue up' : 'no other work is taken';
    return {
      kind: 'all-workers-busy',
      severity: gravity(pool),
      summary: `${noun} busy and ${effect}: ${describePlace(pool)}`,
      evidence: alikeLines(workers, scene),
    };
  });

/** Threads of busy pools whose peer the finding about their pool names already. */
export function threadsToldAsPool(scene: Scene): ReadonlySet<ThreadDump> {
  const pools = listBusyPools(scene).filter((pool) => gravity(pool) === 'fault' && peerOf(pool.same[0]) !== undefined);
  return new Set(pools.flatMap(({ same }) => same.map(({ thread }) => thread)));
}
