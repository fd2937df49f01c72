// All asyncio tasks of an interpreter. Up to 3.13 asyncio.tasks keeps weak sets of them; 3.14 links them in lists of the
// thread states, described by a table in the section .AsyncioDebug of the _asyncio module.
import type { PythonTarget } from '../python-target.ts';
import type { Address } from '../memory/process-memory.ts';
import { signed64At } from '../memory/memory-reader.ts';
import { readSetItems } from '../objects/containers.ts';
import { groupModules } from '../process-image.ts';
import { listThreads } from '../threads/thread-list.ts';
import { findModule } from '../threads/thread-names.ts';

const MAX_TASKS = 100_000;
const WEAK_SET_NAMES = ['_all_tasks', '_scheduled_tasks', '_eager_tasks'];
const WEAK_REFERENT = 16;

/** Offsets inside a `_asyncio.Task`. */
export interface TaskLayout {
  readonly waiter: number;
  readonly coroutine: number;
  readonly name: number;
}

/** Measured on each version: the C module's structs are in no header. */
const taskLayouts: ReadonlyMap<number, TaskLayout> = new Map([
  [8, { waiter: 104, coroutine: 112, name: 120 }],
  [9, { waiter: 144, coroutine: 152, name: 160 }],
  [10, { waiter: 152, coroutine: 160, name: 168 }],
  [11, { waiter: 128, coroutine: 136, name: 144 }],
  [12, { waiter: 128, coroutine: 136, name: 144 }],
  [13, { waiter: 112, coroutine: 120, name: 128 }],
  [14, { waiter: 120, coroutine: 128, name: 136 }],
]);

/** The layout of tasks that are written in C; `undefined` for a version that nobody measured. */
export function taskLayout(minor: number): TaskLayout | undefined {
  return taskLayouts.get(minor);
}

function fromWeakSets(target: PythonTarget, tasksModule: Address): Address[] {
  const { objects } = target;
  const tasks: Address[] = [];
  for (const name of WEAK_SET_NAMES) {
    const holder = objects.moduleAttribute(tasksModule, name);
    if (holder === undefined) continue;
    const isPlain = objects.typeOf(holder)?.name === 'set';
    const set = isPlain ? holder : objects.attribute(holder, 'data');
    if (set === undefined) continue;
    for (const item of readSetItems(objects.reader, set, MAX_TASKS)?.items ?? []) {
      tasks.push(isPlain ? item : objects.reader.pointer(item + WEAK_REFERENT));
    }
  }
  return tasks;
}

interface ListOffsets {
  readonly taskNode: number;
  readonly interpreterHead: number;
  readonly threadHead: number;
}

/** The table of 3.14+: three groups of 64-bit numbers for task, interpreter state and thread state. */
function readListOffsets(target: PythonTarget): ListOffsets | undefined {
  for (const module of groupModules(target.image.mappings)) {
    if (!/\/_asyncio[^/]*\.so$/.test(module.path) && module.path !== target.interpreterFile) continue;
    const bias = module.mappings[0]?.start ?? 0;
    const found = target.image.withModule(module, (elf) => {
      const section = elf.findSection('.AsyncioDebug');
      return section === undefined ? undefined : section.address + bias - elf.baseAddress;
    });
    if (!found.ok || found.value === undefined) continue;
    const table = target.reader.view(found.value, 13 * 8);
    if (table === undefined) continue;
    const at = (index: number): number => signed64At(table, index * 8);
    // task: size name awaited_by is_task awaited_by_is_set coro node │ interpreter: size head │ thread: size loop task head
    return { taskNode: at(6), interpreterHead: at(8), threadHead: at(12) };
  }
  return undefined;
}

function fromLists(target: PythonTarget, interpreter: Address, offsets: ListOffsets): Address[] {
  const { reader } = target;
  const heads = listThreads(target)
    .filter((thread) => thread.interpreter === interpreter)
    .map((thread) => thread.address + offsets.threadHead);
  const tasks: Address[] = [];
  for (const head of [...heads, interpreter + offsets.interpreterHead]) {
    let node = reader.pointer(head);
    while (node !== 0 && node !== head && tasks.length < MAX_TASKS) {
      tasks.push(node - offsets.taskNode);
      node = reader.pointer(node);
    }
  }
  return tasks;
}

/** Addresses of all tasks, each once; done ones may be among them until they are collected. */
export function listTasks(target: PythonTarget, interpreter: Address): Address[] {
  const tasksModule = findModule(target, interpreter, 'asyncio.tasks');
  if (tasksModule === undefined) return [];
  const offsets = target.layout.minor >= 14 ? readListOffsets(target) : undefined;
  const tasks = fromWeakSets(target, tasksModule);
  if (offsets !== undefined) tasks.push(...fromLists(target, interpreter, offsets));
  return [...new Set(tasks)].filter(
    (task) => target.objects.types.isNamed(target.objects.typeOf(task), '_asyncio.Task') || isPythonTask(target, task),
  );
}

/** A task of the pure Python implementation, or of a library that wrote its own. */
export function isPythonTask(target: PythonTarget, task: Address): boolean {
  return target.objects.types.isNamed(target.objects.typeOf(task), 'Task');
}
