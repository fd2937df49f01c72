// What the asyncio tasks of an event loop wait for: the loop is idle, and the requests in it may all the same stand still.
import type { AsyncioTask } from '../../asyncio/read-tasks.ts';
import type { Finding, FindingKind } from '../finding.ts';
import { programFrame, type ProcessScene } from '../scene.ts';
import { tasksOf } from '../tasks.ts';

const MAX_GROUPS = 5;

function describe(process: ProcessScene, task: AsyncioTask): string {
  const frame = programFrame(task);
  return `${task.waitsFor} at ${process.shorten(frame?.fileName ?? '?')}:${frame?.line} (${frame?.qualifiedName})`;
}

export const findTaskWaits: FindingKind = ({ processes }) =>
  processes.flatMap((process): Finding[] => {
    const all = tasksOf(process);
    // Servers have tasks of their own, which wait for what comes in.
    const tasks = all.filter((task) => programFrame(task) !== undefined);
    // Who waits for another task waits for what that one waits for.
    const last = tasks.filter(({ isRunning, awaits }) => !isRunning && awaits.length === 0);
    const groups = [...Map.groupBy(last, (task) => describe(process, task))].toSorted(
      (a, b) => b[1].length - a[1].length,
    );
    const [most] = groups;
    if (most === undefined) return [];
    const [what, { length }] = most;
    const count = tasks.length === 1 ? '1 asyncio task waits' : `${tasks.length} asyncio tasks wait`;
    const share = length === tasks.length ? '' : `, ${length} of them`;
    const more = groups.length > MAX_GROUPS ? [`  … and at ${groups.length - MAX_GROUPS} more places`] : [];
    return [
      {
        kind: 'tasks-waiting',
        severity: 'note',
        summary: `${count}${share} for ${what}`,
        evidence: [...groups.slice(0, MAX_GROUPS).map(([text, members]) => `  ${members.length} for ${text}`), ...more],
        of: { pid: process.pid, likeness: what },
      },
    ];
  });
