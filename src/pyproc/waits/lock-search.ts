// Which lock object a futex address belongs to. The kernel says only the address; the object is looked for where the
// waiting frames can reach it: their variables, value stacks and module globals, and a few attributes further.
import { readLocals } from '../frames/locals.ts';
import { readStackWords } from '../frames/value-stack.ts';
import type { Dumper, Frame } from '../dump.ts';
import type { Address } from '../memory/process-memory.ts';
import { typeFlag, type PythonType } from '../objects/type-table.ts';

const MAX_VISITED = 4000;
const MAX_DEPTH = 3;
const MAX_FRAMES = 5;
const MAX_ITEMS = 64;
const MAX_GLOBALS = 512;
const HANDLE = 16;
const OWNER = 24;
const COUNT = 32;

/** Types whose instances hold a pointer to the semaphore that the kernel sees, at offset 16. */
const lockTypes: ReadonlyMap<string, string> = new Map([
  ['_thread.lock', 'Lock'],
  ['_thread.RLock', 'RLock'],
  ['_queue.SimpleQueue', 'SimpleQueue.get'],
  ['_multiprocessing.SemLock', 'multiprocessing lock'],
]);

export interface FoundLock {
  readonly object: Address;
  readonly what: string;
  /** How the waiting code would write it: `self._lock`. */
  readonly name: string | undefined;
  /** pthread id, for locks that remember who has them. */
  readonly owner: number | undefined;
}

interface Candidate {
  readonly object: Address;
  readonly name: string | undefined;
  readonly depth: number;
}

/** What a lock type is called, `undefined` for other types. */
export function lockKind(type: PythonType | undefined): string | undefined {
  return type === undefined ? undefined : lockTypes.get(type.name);
}

/** pthread id of the thread that has an RLock; `undefined` for other locks and for free ones. */
export function lockOwner(dumper: Dumper, lock: Address): number | undefined {
  const { objects } = dumper.target;
  const { reader } = objects;
  if (objects.typeOf(lock)?.name !== '_thread.RLock') return undefined;
  const count = reader.i64(lock + COUNT) ?? 0;
  return count > 0 ? reader.pointer(lock + OWNER) || undefined : undefined;
}

function* rootsOf(dumper: Dumper, frames: readonly Frame[]): Generator<Candidate> {
  const { target } = dumper;
  for (const frame of frames) {
    const code = dumper.codes.at(frame.code);
    if (code === undefined) continue;
    for (const { name, value } of readLocals(target, frame.address, code)) yield { object: value, name, depth: 0 };
  }
  for (const frame of frames) {
    const globals = target.objects.reader.pointer(frame.address + target.layout.frame.globals);
    if (globals === 0 || !target.objects.isDict(globals)) continue;
    for (const { key, value } of target.objects.dict(globals, MAX_GLOBALS)?.entries ?? []) {
      yield { object: value, name: target.objects.text(key), depth: 1 };
    }
  }
  for (const frame of frames) {
    const code = dumper.codes.at(frame.code);
    if (code === undefined) continue;
    for (const object of readStackWords(target, frame, code)) yield { object, name: undefined, depth: 1 };
  }
}

function* childrenOf(dumper: Dumper, { object, name, depth }: Candidate, type: PythonType): Generator<Candidate> {
  const { objects } = dumper.target;
  const { reader } = objects;
  const inner = depth + 1;
  const under = (suffix: string): string | undefined => (name === undefined ? undefined : name + suffix);
  if ((type.flags & typeFlag.list) !== 0) {
    for (const [index, item] of (objects.list(object, MAX_ITEMS)?.items ?? []).entries()) {
      yield { object: item, name: under(`[${index}]`), depth: inner };
    }
  } else if ((type.flags & typeFlag.tuple) !== 0) {
    for (const [index, item] of (objects.tuple(object, MAX_ITEMS)?.items ?? []).entries()) {
      yield { object: item, name: under(`[${index}]`), depth: inner };
    }
  } else if ((type.flags & typeFlag.dict) !== 0) {
    for (const { key, value } of objects.dict(object, MAX_ITEMS)?.entries ?? []) {
      yield { object: value, name: under(`[${JSON.stringify(objects.text(key) ?? '…')}]`), depth: inner };
    }
  } else if (type.name === 'method' || type.name === 'builtin_function_or_method') {
    // A bound method leads to the object that it is bound to.
    yield { object: reader.pointer(object + 24), name, depth: inner };
  } else if ((type.flags & (typeFlag.type | typeFlag.string | typeFlag.integer | typeFlag.bytes)) === 0) {
    if (type.name === 'module' || type.name === 'function') return;
    for (const { key, value } of objects.instanceEntries(object, type, MAX_ITEMS)) {
      yield { object: value, name: under(`.${objects.text(key) ?? '?'}`), depth: inner };
    }
  }
}

/** Walks breadth first from what the frames can reach, until `accept` takes an object. */
function searchFrom(
  dumper: Dumper,
  frames: readonly Frame[],
  accept: (object: Address, type: PythonType) => boolean,
): Candidate | undefined {
  const queue: Candidate[] = [...rootsOf(dumper, frames.slice(0, MAX_FRAMES))];
  const seen = new Set<Address>();
  for (let next = 0; next < queue.length && seen.size < MAX_VISITED; next++) {
    const candidate = queue[next] as Candidate;
    if (candidate.object === 0 || seen.has(candidate.object)) continue;
    seen.add(candidate.object);
    const type = dumper.target.objects.typeOf(candidate.object);
    if (type === undefined) continue;
    if (accept(candidate.object, type)) return candidate;
    if (candidate.depth < MAX_DEPTH) queue.push(...childrenOf(dumper, candidate, type));
  }
  return undefined;
}

/** The lock whose semaphore is at `futex`; `undefined` when the frames do not lead to it. */
export function findLock(dumper: Dumper, frames: readonly Frame[], futex: Address): FoundLock | undefined {
  const { objects } = dumper.target;
  const { reader } = objects;
  const found = searchFrom(
    dumper,
    frames,
    (object, type) => lockKind(type) !== undefined && reader.pointer(object + HANDLE) === futex,
  );
  if (found === undefined) return undefined;
  const what = lockKind(objects.typeOf(found.object)) ?? 'Lock';
  return { object: found.object, what, name: found.name, owner: lockOwner(dumper, found.object) };
}

/** The name under which the frames know `object`: `self.queue`, `lock_a`; `undefined` when they do not. */
export function findName(dumper: Dumper, frames: readonly Frame[], object: Address): string | undefined {
  return searchFrom(dumper, frames, (candidate) => candidate === object)?.name;
}

/** Locks that the innermost frame has on its value stack, directly or as the object of a bound method. */
export function findLocksOnStack(dumper: Dumper, frame: Frame): { object: Address; what: string }[] {
  const { objects } = dumper.target;
  const { reader } = objects;
  const code = dumper.codes.at(frame.code);
  if (code === undefined) return [];
  const found: { object: Address; what: string }[] = [];
  for (const word of readStackWords(dumper.target, frame, code)) {
    const type = objects.typeOf(word);
    const object = type?.name === 'builtin_function_or_method' ? reader.pointer(word + 24) : word;
    const what = lockKind(object === word ? type : objects.typeOf(object));
    if (what !== undefined) found.push({ object, what });
  }
  return found;
}
