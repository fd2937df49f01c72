// Nothing is wrong: every thread stands where an idle program stands.
import type { Finding, FindingKind } from '../finding.ts';
import { waitsForWork } from '../worker-kinds.ts';
import { actorsOf, title, type Actor } from '../scene.ts';

const IDLE_LOCKS = new Set([
  'Queue.get',
  'SimpleQueue.get',
  'Condition.wait',
  'Condition.wait_for',
  'Event.wait',
  'work in a thread pool',
  'Thread.join',
]);

/** Whether the thread waits for work, and not for an answer. */
export function isIdle(actor: Actor): boolean {
  const { wait } = actor;
  if (wait === undefined) return false;
  if (waitsForWork(actor)) return true;
  const { wait: waited } = wait;
  if (waited.kind === 'socket') return waited.operation === 'accept';
  if (waited.kind === 'lock') return IDLE_LOCKS.has(waited.what);
  return waited.kind === 'poll' || waited.kind === 'sleep' || waited.kind === 'child';
}

export const findIdle: FindingKind = (scene) => {
  const actors = [...actorsOf(scene)];
  const busy = actors.filter((actor) => !isIdle(actor));
  if (actors.length === 0) return [];
  const finding = (severity: 'note', summary: string): Finding => ({
    kind: 'idle',
    severity,
    summary,
    evidence: actors.slice(0, 8).map((actor) => `  ${title(actor, scene)}: ${actor.wait?.text ?? 'running'}`),
  });
  if (busy.length > 0) return [];
  const where = scene.processes.length === 1 ? '' : ` in ${scene.processes.length} processes`;
  const who = actors.length === 1 ? 'its thread is' : `all ${actors.length} threads${where} are`;
  return [finding('note', `nothing is wrong: ${who} idle`)];
};
