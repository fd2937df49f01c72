// asyncio tasks that wait for one another in a circle, also by the locks that they have; the event loop itself is idle and looks healthy.
import type { AsyncioTask } from '../../asyncio/read-tasks.ts';
import type { Finding, FindingKind } from '../finding.ts';
import { ownFrame, type ProcessScene } from '../scene.ts';
import { tasksOf } from '../tasks.ts';

/** One circle of tasks, if there is any: a walk that comes back to a task on its own path. */
function findCircle(tasks: readonly AsyncioTask[]): AsyncioTask[] | undefined {
  const byAddress = new Map(tasks.map((task) => [task.address, task]));
  const done = new Set<AsyncioTask>();
  const walk = (task: AsyncioTask, path: AsyncioTask[]): AsyncioTask[] | undefined => {
    if (path.includes(task)) return path.slice(path.indexOf(task));
    if (done.has(task)) return undefined;
    done.add(task);
    for (const address of task.heldBy === undefined ? task.awaits : [...task.awaits, task.heldBy]) {
      const next = byAddress.get(address);
      const circle = next === undefined ? undefined : walk(next, [...path, task]);
      if (circle !== undefined) return circle;
    }
    return undefined;
  };
  for (const task of tasks) {
    const circle = walk(task, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

function describe(process: ProcessScene, task: AsyncioTask): string {
  const frame = ownFrame(task);
  const place =
    frame === undefined ? '' : ` at ${process.shorten(frame.fileName)}:${frame.line} (${frame.qualifiedName})`;
  return `task ${task.name}${place}`;
}

export const findTaskCycles: FindingKind = ({ processes }) =>
  processes.flatMap((process): Finding[] => {
    const circle = findCircle(tasksOf(process));
    if (circle === undefined) return [];
    const steps = circle.map(
      (task, index) => `${describe(process, task)} awaits ${circle[(index + 1) % circle.length]?.name}`,
    );
    return [
      {
        of: {
          pid: process.pid,
          likeness: circle
            .map((task) => describe(process, task))
            .toSorted()
            .join(),
        },
        kind: 'task-cycle',
        severity: 'fault',
        summary: `deadlock of ${circle.length === 1 ? 'an asyncio task with itself' : `${circle.length} asyncio tasks`}: ${steps.join('; ')}`,
        evidence: circle.flatMap((task) => [
          `  task ${task.name}: waits for ${task.waitsFor}`,
          ...task.frames.map(
            (frame) => `    ${frame.qualifiedName} (${process.shorten(frame.fileName)}:${frame.line})`,
          ),
        ]),
      },
    ];
  });
