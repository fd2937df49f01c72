// Tasks with their coroutine stacks, what each awaits, and who awaits whom.
import type { Dumper, Frame } from '../dump.ts';
import { readLocals } from '../frames/locals.ts';
import type { Address } from '../memory/process-memory.ts';
import { readSetItems } from '../objects/containers.ts';
import { defaultLimits, renderValue } from '../objects/render-value.ts';
import { readCoroutineStack } from './coroutine-stack.ts';
import { findTaskLockHolders } from './lock-holders.ts';
import { isPythonTask, listTasks, taskLayout } from './task-list.ts';

const MAX_CHILDREN = 10_000;

export interface AsyncioTask {
  readonly address: Address;
  readonly name: string;
  readonly isRunning: boolean;
  /** Innermost first. */
  readonly frames: readonly Frame[];
  /** Tasks that it waits for. */
  readonly awaits: readonly Address[];
  /** The task that has the asyncio.Lock which it waits for. */
  readonly heldBy: Address | undefined;
  /** In words; `undefined` while it runs. */
  readonly waitsFor: string | undefined;
}

interface TaskParts {
  readonly name: Address;
  readonly coroutine: Address;
  readonly waiter: Address;
}

function readParts(dumper: Dumper, task: Address): TaskParts | undefined {
  const { objects, reader, layout } = dumper.target;
  const isC = objects.types.isNamed(objects.typeOf(task), '_asyncio.Task');
  const offsets = taskLayout(layout.minor);
  if (isC && offsets !== undefined) {
    return {
      name: reader.pointer(task + offsets.name),
      coroutine: reader.pointer(task + offsets.coroutine),
      waiter: reader.pointer(task + offsets.waiter),
    };
  }
  if (isC || !isPythonTask(dumper.target, task)) return undefined;
  const part = (name: string): Address => objects.attribute(task, name) ?? 0;
  return { name: part('_name'), coroutine: part('_coro'), waiter: part('_fut_waiter') };
}

function localOf(dumper: Dumper, frame: Frame, name: string): Address | undefined {
  const code = dumper.codes.at(frame.code);
  if (code === undefined) return undefined;
  return readLocals(dumper.target, frame.address, code).find((variable) => variable.name === name)?.value;
}

/** Futures behind the one that is awaited: gather(), wait(), wait_for() and task groups stand in for several. */
function behind(dumper: Dumper, waiter: Address, frames: readonly Frame[]): Address[] {
  const { objects } = dumper.target;
  const found: Address[] = waiter === 0 ? [] : [waiter];
  const collect = (container: Address | undefined): void => {
    if (container === undefined) return;
    const items =
      objects.typeOf(container)?.name === 'list'
        ? objects.list(container, MAX_CHILDREN)?.items
        : readSetItems(objects.reader, container, MAX_CHILDREN)?.items;
    found.push(...(items ?? []));
  };
  if (waiter !== 0 && objects.typeOf(waiter)?.name === '_GatheringFuture')
    collect(objects.attribute(waiter, '_children'));
  for (const frame of frames.slice(0, 3)) {
    if (frame.fileName.endsWith('/asyncio/tasks.py') && frame.name === '_wait') collect(localOf(dumper, frame, 'fs'));
    if (frame.fileName.endsWith('/asyncio/tasks.py') && frame.name === 'wait_for') {
      found.push(localOf(dumper, frame, 'fut') ?? 0);
    }
    if (frame.fileName.endsWith('/asyncio/taskgroups.py')) {
      const self = localOf(dumper, frame, 'self');
      collect(self === undefined ? undefined : objects.attribute(self, '_tasks'));
    }
  }
  return found;
}

function describeWait(dumper: Dumper, frames: readonly Frame[], names: readonly string[], awaited: Address): string {
  if (names.length === 1) return `task ${names[0]}`;
  if (names.length > 1) return `${names.length} tasks: ${names.slice(0, 4).join(', ')}${names.length > 4 ? ' …' : ''}`;
  const [inner] = frames;
  if (inner?.fileName.endsWith('/asyncio/tasks.py') === true && inner.name === 'sleep') {
    const delay = localOf(dumper, inner, 'delay');
    return delay === undefined ? 'sleep' : `sleep(${renderValue(dumper.target.objects, delay, defaultLimits)})`;
  }
  if (inner !== undefined && /\/asyncio\/(locks|queues|streams)\.py$/.test(inner.fileName)) {
    const self = localOf(dumper, inner, 'self');
    const type = self === undefined ? undefined : dumper.target.objects.typeOf(self)?.name;
    return type === undefined ? inner.qualifiedName : `${type}.${inner.name}`;
  }
  const type = dumper.target.objects.typeOf(awaited)?.name;
  return type === undefined ? 'its turn' : `a ${type.slice(type.lastIndexOf('.') + 1).toLowerCase()}`;
}

/** All tasks of an interpreter that are not done. */
export function readTasks(dumper: Dumper, interpreter: Address): AsyncioTask[] {
  const { objects, reader, layout } = dumper.target;
  const raw = listTasks(dumper.target, interpreter).flatMap((address) => {
    const parts = readParts(dumper, address);
    if (parts === undefined || parts.coroutine === 0) return [];
    const stack = readCoroutineStack(dumper, parts.coroutine);
    if (stack.frames.length === 0) return [];
    const nameType = objects.typeOf(parts.name)?.name;
    // Names given by number stay numbers until somebody asks for them (3.12+).
    const name = nameType === 'int' ? `Task-${objects.integer(parts.name)}` : (objects.text(parts.name) ?? 'Task-?');
    const state =
      layout.generator.frameState === undefined ? undefined : reader.i8(parts.coroutine + layout.generator.frameState);
    return [{ address, parts, stack, name, isRunning: state === layout.generator.executing }];
  });
  const byAddress = new Map(raw.map((task) => [task.address, task]));
  let holders: Map<Address, Address> | undefined;
  const holderOf = ([inner]: readonly Frame[]): Address | undefined => {
    if (inner?.name !== 'acquire' || !inner.fileName.endsWith('/asyncio/locks.py')) return undefined;
    holders ??= findTaskLockHolders(
      dumper,
      raw.map(({ address, stack: { frames } }) => ({ address, frames })),
    );
    return holders.get(localOf(dumper, inner, 'self') ?? 0);
  };
  return raw.map(({ address, parts, stack, name, isRunning }): AsyncioTask => {
    const waiter = objects.isNone(parts.waiter) ? 0 : parts.waiter;
    const awaits = behind(dumper, waiter, stack.frames).filter((future) => future !== address && byAddress.has(future));
    const names = awaits.map((future) => byAddress.get(future)?.name ?? '?');
    const heldBy = isRunning ? undefined : holderOf(stack.frames);
    const holder = heldBy === undefined ? undefined : byAddress.get(heldBy)?.name;
    const waited = describeWait(dumper, stack.frames, names, waiter === 0 ? stack.awaited : waiter);
    const waitsFor = holder === undefined ? waited : `${waited}, held by ${holder}`;
    return {
      address,
      name,
      isRunning,
      frames: stack.frames,
      awaits: [...new Set(awaits)],
      heldBy,
      waitsFor: isRunning ? undefined : waitsFor,
    };
  });
}

/** Tasks in the order of a tree: those that nobody awaits first, what they await below them. */
export function orderTasks(tasks: readonly AsyncioTask[]): { task: AsyncioTask; depth: number }[] {
  const byAddress = new Map(tasks.map((task) => [task.address, task]));
  const awaited = new Set(tasks.flatMap((task) => task.awaits));
  const ordered: { task: AsyncioTask; depth: number }[] = [];
  const seen = new Set<AsyncioTask>();
  const visit = (task: AsyncioTask, depth: number): void => {
    if (seen.has(task)) return;
    seen.add(task);
    ordered.push({ task, depth });
    for (const address of task.awaits) {
      const inner = byAddress.get(address);
      if (inner !== undefined) visit(inner, depth + 1);
    }
  };
  for (const task of tasks) if (!awaited.has(task.address)) visit(task, 0);
  for (const task of tasks) visit(task, 0);
  return ordered;
}
