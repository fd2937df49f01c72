// Who has a lock that does not remember it. A frame inside `with lock:` keeps the lock's __exit__ on its value stack,
// and the interpreter guarantees that it is alive there; so "inside with" is evidence, not a guess. A lock taken by a
// plain acquire() leaves no such trace.
import { readBlockItems } from '../frames/value-stack.ts';
import type { Dumper, ProcessDump, ThreadDump } from '../dump.ts';
import type { Address } from '../memory/process-memory.ts';
import { lockKind, lockOwner } from './lock-search.ts';

const SELF = 24;
const FUNCTION = 16;

export interface LockHolder {
  readonly thread: ThreadDump;
  /** 'object': the lock itself says so; 'frame': a frame is inside `with` of it. */
  readonly from: 'object' | 'frame';
}

/** Locks by address → the thread that has them, for one look. */
export class LockHolders {
  readonly #dumper: Dumper;
  readonly #dump: ProcessDump;
  #byLock: Map<Address, ThreadDump> | undefined;

  constructor(dumper: Dumper, dump: ProcessDump) {
    this.#dumper = dumper;
    this.#dump = dump;
  }

  /** The holder of the lock object; `undefined` when there is none or none can be known. */
  of(lock: Address): LockHolder | undefined {
    const owner = lockOwner(this.#dumper, lock);
    if (owner !== undefined) {
      const thread = this.#dump.threads.find((candidate) => candidate.pthreadId === owner);
      return thread === undefined ? undefined : { thread, from: 'object' };
    }
    this.#byLock ??= this.#findWithBlocks();
    const thread = this.#byLock.get(lock);
    return thread === undefined ? undefined : { thread, from: 'frame' };
  }

  #findWithBlocks(): Map<Address, ThreadDump> {
    const byLock = new Map<Address, ThreadDump>();
    for (const thread of this.#dump.threads) {
      for (const frame of thread.frames) {
        for (const item of readBlockItems(this.#dumper.target, frame)) {
          for (const lock of this.#locksBehind(item)) byLock.set(lock, thread);
        }
      }
    }
    return byLock;
  }

  // The lock itself (3.14+), the bound __exit__ of a lock, or that of a Condition, which is entered through its lock.
  *#locksBehind(item: Address): Generator<Address> {
    const { objects } = this.#dumper.target;
    const { reader } = objects;
    const type = objects.typeOf(item);
    if (type === undefined) return;
    if (lockKind(type) !== undefined) yield item;
    const isBuiltin = type.name === 'builtin_function_or_method';
    if (!isBuiltin && type.name !== 'method') return;
    const self = reader.pointer(item + SELF);
    if (isBuiltin && lockKind(objects.typeOf(self)) !== undefined) {
      const name = reader.cString(reader.pointer(reader.pointer(item + FUNCTION)));
      // In a core without its program's file the name cannot be read.
      if (name === undefined || name === '__exit__') yield self;
    } else if (!isBuiltin) {
      const inner = objects.attribute(self, '_lock') ?? objects.attribute(self, '_cond');
      if (inner !== undefined && lockKind(objects.typeOf(inner)) !== undefined) yield inner;
    }
  }
}
