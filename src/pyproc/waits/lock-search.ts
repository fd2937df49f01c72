// Which lock object a futex address belongs to. The kernel says only the address; the object is looked for where the
// waiting frames can reach it: their variables, value stacks and module globals, and a few attributes further.
import { readLocals } from '../frames/locals.ts';
import { readBlockItems, readStackWords } from '../frames/value-stack.ts';
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
const BOUND_TO = 24;
const ITERATED = 16;
/** `builtin_method`: one that asks for its class, as SimpleQueue.get does from 3.13 on. */
const BOUND_TYPES: ReadonlySet<string> = new Set(['builtin_function_or_method', 'builtin_method']);
const QUEUE = 'SimpleQueue.get';

/** Types whose instances hold a pointer to the semaphore that the kernel sees, at offset 16. */
const lockTypes: ReadonlyMap<string, string> = new Map([
  ['_thread.lock', 'Lock'],
  ['_thread.RLock', 'RLock'],
  ['_queue.SimpleQueue', QUEUE],
  ['_multiprocessing.SemLock', 'multiprocessing lock'],
]);

export interface FoundLock {
  readonly object: Address;
  readonly what: string;
  /** How the waiting code would write it: `self._lock`. */
  readonly name: string | undefined;
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
  // From 3.14 on the number says how often it was taken again.
  const isTaken =
    objects.layout.minor >= 14 ? ((reader.u8(lock + HANDLE) ?? 0) & 1) === 1 : (reader.i64(lock + COUNT) ?? 0) > 0;
  return isTaken ? reader.pointer(lock + OWNER) || undefined : undefined;
}

/** Whether who waits is seen at the object's own semaphore: in 3.13 RLocks have one, and in 3.13.0, not in 3.13.5, locks, which are larger then. */
function hasSemaphore({ layout }: Dumper['target'], { name, basicSize }: PythonType): boolean {
  return layout.minor === 13 && (name === '_thread.RLock' || (name === '_thread.lock' && basicSize > COUNT));
}

/** What the frames call by a name: their variables, then the globals of their modules. */
function* namedRoots(dumper: Dumper, frames: readonly Frame[]): Generator<Candidate> {
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
}

function* stackRoots(dumper: Dumper, frames: readonly Frame[]): Generator<Candidate> {
  for (const frame of frames) {
    const code = dumper.codes.at(frame.code);
    if (code === undefined) continue;
    for (const object of readStackWords(dumper.target, frame, code)) yield { object, name: undefined, depth: 1 };
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
  } else if (type.name === 'method' || BOUND_TYPES.has(type.name)) {
    // A bound method leads to the object that it is bound to.
    yield { object: reader.pointer(object + BOUND_TO), name, depth: inner };
  } else if ((type.flags & (typeFlag.type | typeFlag.string | typeFlag.integer | typeFlag.bytes)) === 0) {
    if (type.name === 'module' || type.name === 'function') return;
    for (const { key, value } of objects.instanceEntries(object, type, MAX_ITEMS)) {
      yield { object: value, name: under(`.${objects.text(key) ?? '?'}`), depth: inner };
    }
  }
}

type Accept = (object: Address, type: PythonType) => boolean;

/** Walks breadth first from the roots, until `accept` takes an object. */
function searchFrom(dumper: Dumper, roots: Iterable<Candidate>, accept: Accept): Candidate | undefined {
  const queue: Candidate[] = [...roots];
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
  const accept: Accept = (object, type) => lockKind(type) !== undefined && reader.pointer(object + HANDLE) === futex;
  const nearest = frames.slice(0, MAX_FRAMES);
  // What stands on a value stack has no name there, so it is looked at last.
  const found =
    searchFrom(dumper, namedRoots(dumper, nearest), accept) ?? searchFrom(dumper, stackRoots(dumper, nearest), accept);
  if (found === undefined) return undefined;
  const what = lockKind(objects.typeOf(found.object)) ?? 'Lock';
  return { object: found.object, what, name: found.name };
}

/** The name under which the frames know `object`: `self.queue`, `lock_a`; `undefined` when they do not. */
export function findName(dumper: Dumper, frames: readonly Frame[], object: Address): string | undefined {
  const roots = namedRoots(dumper, frames.slice(0, MAX_FRAMES));
  return searchFrom(dumper, roots, (candidate) => candidate === object)?.name;
}

/** What a method is bound to; anything else as it is. */
function boundTo({ target: { objects } }: Dumper, word: Address): Address {
  return BOUND_TYPES.has(objects.typeOf(word)?.name ?? '') ? objects.reader.pointer(word + BOUND_TO) : word;
}

/**
 * The lock or queue that a thread is parked at (3.13+): the kernel only sees the parking place, but the innermost frame has
 * the object on its value stack, or a method of it, or `iter(queue.get, end)`. Words that are left over there are not
 * mistaken for it, since a bit of the object says that it is taken or waited for; nor are the locks that the frame itself
 * is inside `with` of.
 */
export function findParkedAt(dumper: Dumper, frame: Frame): { object: Address; what: string } | undefined {
  const { target } = dumper;
  const code = dumper.codes.at(frame.code);
  if (code === undefined) return undefined;
  const { objects } = target;
  const entered = new Set(readBlockItems(target, frame).map((item) => boundTo(dumper, item)));
  for (const word of readStackWords(target, frame, code)) {
    const isIterator = objects.typeOf(word)?.name === 'callable_iterator';
    const object = boundTo(dumper, isIterator ? objects.reader.pointer(word + ITERATED) : word);
    const type = objects.typeOf(object);
    const what = lockKind(type);
    if (type === undefined || what === undefined || entered.has(object) || hasSemaphore(target, type)) continue;
    if (((objects.reader.u8(object + HANDLE) ?? 0) & 1) === 1) return { object, what };
  }
  return undefined;
}
