// Threads that wait for one another in a circle.
import type { ThreadDump } from '../../dump.ts';
import { threadTitle } from '../../waits/explain-waits.ts';
import type { Finding, FindingKind } from '../finding.ts';
import { likenessOf } from '../alike.ts';
import { stackLines, where, type ProcessScene } from '../scene.ts';

/** The thread that stands in the way of `thread`, when that is known. */
export function blockerOf(process: ProcessScene, thread: ThreadDump): ThreadDump | undefined {
  const wait = process.waits.get(thread)?.wait;
  if (wait?.kind !== 'lock' || wait.owner === undefined) return undefined;
  return process.dump.threads.find((candidate) => candidate.pthreadId === wait.owner);
}

/** Circles of the graph "thread → the thread in its way"; each thread has at most one edge. */
export function findCircles(process: ProcessScene): ThreadDump[][] {
  const circles: ThreadDump[][] = [];
  const done = new Set<ThreadDump>();
  for (const start of process.dump.threads) {
    const path: ThreadDump[] = [];
    let thread: ThreadDump | undefined = start;
    while (thread !== undefined && !done.has(thread) && !path.includes(thread)) {
      path.push(thread);
      thread = blockerOf(process, thread);
    }
    if (thread !== undefined && path.includes(thread)) circles.push(path.slice(path.indexOf(thread)));
    for (const visited of path) done.add(visited);
  }
  return circles;
}

export const findDeadlocks: FindingKind = ({ processes }) =>
  processes.flatMap((process) =>
    findCircles(process).map((circle): Finding => {
      const steps = circle.map((thread) => {
        const wait = process.waits.get(thread)?.wait;
        const what =
          wait?.kind === 'lock' ? `${wait.what}${wait.name === undefined ? '' : ` ${wait.name}`}` : 'something';
        return `${threadTitle(thread)} waits for ${what}${where({ process, thread, wait: undefined })}`;
      });
      const isSelf = circle.length === 1;
      const summary = isSelf
        ? `deadlock: ${steps[0]}, which it has itself`
        : `deadlock of ${circle.length} threads: ${steps.join('; ')}`;
      const evidence = circle.flatMap((thread) => [
        `  ${threadTitle(thread)}: ${process.waits.get(thread)?.text}`,
        ...stackLines({ process, thread, wait: undefined }),
      ]);
      const likeness = circle.map(
        (thread) => likenessOf({ process, thread, wait: process.waits.get(thread) }).likeness,
      );
      const of = { pid: process.pid, likeness: likeness.toSorted().join() };
      return { kind: 'deadlock', severity: 'fault', summary, evidence, of };
    }),
  );
