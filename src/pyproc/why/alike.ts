// Equal workers are told once: actors that stand at the same place, and findings that say the same of several processes.
import type { Finding } from './finding.ts';
import { stackLines, title, where, type Actor, type Scene } from './scene.ts';

const MAX_GROUPS = 3;
const MAX_PIDS = 8;

/** What makes two actors of different processes the same: what they wait for and where, without ids and times. */
export function likenessOf(actor: Actor): { readonly pid: number; readonly likeness: string } {
  return { pid: actor.process.pid, likeness: `${actor.wait?.wait.kind ?? 'running'}${where(actor)}` };
}

function listPids(pids: readonly number[]): string {
  return `${pids.slice(0, MAX_PIDS).join(', ')}${pids.length > MAX_PIDS ? ' …' : ''}`;
}

/** Lines of evidence for many actors: those at the same place as one of them, and how many there are. */
export function alikeLines(actors: readonly Actor[], scene: Scene): string[] {
  const groups = [...Map.groupBy(actors, (actor) => likenessOf(actor).likeness).values()].toSorted(
    (a, b) => b.length - a.length,
  );
  const lines = groups.slice(0, MAX_GROUPS).flatMap((group) => {
    const [first] = group as [Actor, ...Actor[]];
    const pids = [...new Set(group.map(({ process }) => process.pid))];
    const noun = pids.length === 1 ? 'threads' : 'workers';
    const others = pids.length === 1 ? '' : `: ${listPids(pids)}`;
    const count = group.length === 1 ? [] : [`  ${group.length} ${noun} like this${others}`];
    return [`  ${title(first, scene)}: ${first.wait?.text ?? 'running'}`, ...stackLines(first), ...count];
  });
  const rest = groups.slice(MAX_GROUPS).reduce((sum, group) => sum + group.length, 0);
  return rest === 0 ? lines : [...lines, `  … and ${rest} at other places`];
}

/** Findings that say the same of several processes become one; the first of them speaks for all. */
export function mergeAlike(findings: readonly Finding[]): Finding[] {
  const groups = Map.groupBy(findings, (finding) =>
    finding.of === undefined ? finding : `${finding.kind} ${finding.severity} ${finding.of.likeness}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group as [Finding, ...Finding[]];
    const pids = [...new Set(group.flatMap(({ of }) => (of === undefined ? [] : [of.pid])))];
    if (pids.length < 2) return group;
    return [{ ...first, summary: `${first.summary} – ${pids.length} workers like this: ${listPids(pids)}` }];
  });
}
