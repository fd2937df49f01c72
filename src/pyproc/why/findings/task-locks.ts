// An asyncio.Lock that tasks wait for, and the task that has it. For how long is not known, so it is only a remark.
import type { AsyncioTask } from '../../asyncio/read-tasks.ts';
import type { Finding, FindingKind } from '../finding.ts';
import { ownFrame, type ProcessScene } from '../scene.ts';
import { tasksOf } from '../tasks.ts';

function placeOf(process: ProcessScene, task: AsyncioTask): string {
  const frame = ownFrame(task);
  return frame === undefined ? '' : ` at ${process.shorten(frame.fileName)}:${frame.line} (${frame.qualifiedName})`;
}

export const findTaskLocks: FindingKind = ({ processes }) =>
  processes.flatMap((process) => {
    const tasks = tasksOf(process);
    const byAddress = new Map(tasks.map((task) => [task.address, task]));
    const queues = Map.groupBy(tasks, ({ heldBy }) => heldBy);
    return [...queues].flatMap(([address, queue]): Finding[] => {
      const holder = address === undefined ? undefined : byAddress.get(address);
      const [first] = queue;
      if (holder === undefined || first === undefined || holder.heldBy !== undefined) return [];
      const count = queue.length === 1 ? `task ${first.name} waits` : `${queue.length} asyncio tasks wait`;
      const does = holder.isRunning ? 'runs' : `waits for ${holder.waitsFor}`;
      const summary = `${count} for a Lock${placeOf(process, first)}, held by task ${holder.name}, which ${does}${placeOf(process, holder)}`;
      const likeness = `${placeOf(process, first)}${placeOf(process, holder)}`;
      const evidence = holder.frames.map(
        (frame) => `    ${frame.qualifiedName} (${process.shorten(frame.fileName)}:${frame.line})`,
      );
      return [{ kind: 'task-lock', severity: 'note', summary, evidence, of: { pid: process.pid, likeness } }];
    });
  });
