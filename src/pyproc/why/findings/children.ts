// Children: those that ended and were never waited for, those that the parent waits for, and those that were forked
// while another thread of the parent had a lock, which nobody in the child can ever release.
import { threadTitle } from '../../waits/explain-waits.ts';
import { formatSeconds } from '../../waits/wait-text.ts';
import type { Finding, FindingKind } from '../finding.ts';
import { likenessOf } from '../alike.ts';
import type { Wait } from '../../waits/wait.ts';
import { actorsOf, stackLines, title, where, type ProcessScene, type Scene } from '../scene.ts';

const LONG_SECONDS = 1;

export const findZombies: FindingKind = ({ zombies, processes }) => {
  const byParent = Map.groupBy(zombies, (zombie) => zombie.parent);
  return [...byParent].map(([parent, dead]): Finding => {
    const process = processes.find((candidate) => candidate.pid === parent);
    const [thread] = process?.dump.threads ?? [];
    const doing =
      process === undefined || thread === undefined
        ? ''
        : `, its main thread is${where({ process, thread, wait: undefined })}`;
    const list = dead.slice(0, 5).map(({ pid, name }) => `${name} (${pid})`);
    const noun = dead.length === 1 ? '1 child has ended and is' : `${dead.length} children have ended and are`;
    return {
      kind: 'children-not-reaped',
      severity: 'suspect',
      summary: `${noun} not reaped by process ${parent}: ${list.join(', ')}${dead.length > 5 ? ' …' : ''}${doing}`,
      evidence: ['  a zombie goes when its parent calls wait(), poll() or communicate(), or ends itself'],
    };
  });
};

/** Whether the lock was taken by a thread that a fork has left behind in the parent. */
export function isForkedWithLock(scene: Scene, process: ProcessScene, wait: Extract<Wait, { kind: 'lock' }>): boolean {
  if (!scene.processes.some((candidate) => candidate.pid === process.parent)) return false;
  const { threads } = process.dump;
  const isHeldHere = threads.some(({ pthreadId }) => pthreadId === wait.owner);
  return threads.length === 1 && !isHeldHere && ['Lock', 'RLock'].includes(wait.what);
}

export const findForkedLocks: FindingKind = (scene) =>
  scene.processes.flatMap((process): Finding[] => {
    return process.dump.threads.flatMap((thread): Finding[] => {
      const wait = process.waits.get(thread);
      if (wait?.wait.kind !== 'lock' || !isForkedWithLock(scene, process, wait.wait)) return [];
      const { what, name, object } = wait.wait;
      const actor = { process, thread, wait };
      const lock = `${what} ${name ?? ''}`.trim();
      // A fork copies the lock to the same address: who has it in the parent still, had it then.
      const parent = scene.processes.find((candidate) => candidate.pid === process.parent);
      const holder = object === 0 ? undefined : parent?.explainer.holders.of(object);
      const reason =
        holder === undefined
          ? `another thread of ${process.parent} had ${lock}, or took it itself and did not release it: nobody in it will`
          : `${threadTitle(holder.thread)} of ${process.parent} had ${lock}: nobody in the child can release it`;
      return [
        {
          kind: 'forked-with-lock',
          severity: 'fault',
          summary: `process ${process.pid} was forked while ${reason}; waiting${where(actor)}`,
          evidence: [`  ${title(actor, scene)}: ${wait.text}`, ...stackLines(actor)],
          of: likenessOf(actor),
        },
      ];
    });
  });

export const findChildWaits: FindingKind = (scene) =>
  [...actorsOf(scene)].flatMap((actor): Finding[] => {
    const { wait } = actor;
    if (wait?.wait.kind !== 'child') return [];
    const seconds = wait.waited?.seconds ?? 0;
    return [
      {
        kind: 'waiting-for-child',
        severity: seconds >= LONG_SECONDS ? 'suspect' : 'note',
        summary: `${title(actor, scene)} has waited ${formatSeconds(seconds)} for ${wait.text.replace(/ – .*$/, '')}${where(actor)}`,
        evidence: stackLines(actor),
        of: likenessOf(actor),
      },
    ];
  });
