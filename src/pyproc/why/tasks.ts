// The asyncio tasks of a process of the scene, read once for all that look at them.
import { readTasks, type AsyncioTask } from '../asyncio/read-tasks.ts';
import { listInterpreters } from '../threads/thread-list.ts';
import type { ProcessScene } from './scene.ts';

const known = new WeakMap<ProcessScene, readonly AsyncioTask[]>();

/** All tasks of all interpreters that are not done. */
export function tasksOf(process: ProcessScene): readonly AsyncioTask[] {
  let tasks = known.get(process);
  if (tasks === undefined) {
    tasks = listInterpreters(process.target).flatMap(({ address }) => readTasks(process.dumper, address));
    known.set(process, tasks);
  }
  return tasks;
}
