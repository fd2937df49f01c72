// Which task has an asyncio.Lock. The lock does not remember it, but a coroutine inside `async with lock:` keeps the lock's
// __aexit__ on its value stack. A lock that was taken by a plain `await lock.acquire()` leaves no such trace.
import type { Dumper, Frame } from '../dump.ts';
import { readLocals } from '../frames/locals.ts';
import { readBlockItems } from '../frames/value-stack.ts';
import type { Address } from '../memory/process-memory.ts';

const METHOD_SELF = 24;
/** The minor version whose exception tables guarantee, around an await, also what the `async with` has put there for later. */
const AWAIT_IS_BLOCK = 12;

/** The lock that an item of a `with` block stands for (of a Condition, the lock inside it); 0 for anything else. */
function lockBehind({ target: { objects } }: Dumper, item: Address): Address {
  const isMethod = objects.typeOf(item)?.name === 'method';
  // From 3.14 on the object itself stands there, beside its method.
  const object = isMethod ? objects.reader.pointer(item + METHOD_SELF) : item;
  const type = objects.typeOf(object);
  if (objects.types.isNamed(type, 'Lock')) return object;
  return objects.types.isNamed(type, 'Condition') ? (objects.attribute(object, '_lock') ?? 0) : 0;
}

/** The lock that a coroutine is only about to get: `inner`, which it awaits, is the `__aenter__` of it. */
function lockSought(dumper: Dumper, inner: Frame | undefined): Address {
  if (inner?.name !== '__aenter__' || !inner.fileName.endsWith('/asyncio/locks.py')) return 0;
  const code = dumper.codes.at(inner.code);
  const locals = code === undefined ? [] : readLocals(dumper.target, inner.address, code);
  return lockBehind(dumper, locals.find(({ name }) => name === 'self')?.value ?? 0);
}

/** Lock → the task whose coroutines are inside `async with` of it. */
export function findTaskLockHolders(
  dumper: Dumper,
  tasks: Iterable<{ readonly address: Address; readonly frames: readonly Frame[] }>,
): Map<Address, Address> {
  const holders = new Map<Address, Address>();
  for (const { address, frames } of tasks) {
    for (const [index, frame] of frames.entries()) {
      const locks = readBlockItems(dumper.target, frame).map((item) => lockBehind(dumper, item));
      // In 3.12 an await is a block of its own: what is sought stands there already, innermost.
      const isThere = dumper.target.layout.minor === AWAIT_IS_BLOCK;
      const sought = isThere ? locks.lastIndexOf(lockSought(dumper, frames[index - 1])) : -1;
      for (const [at, lock] of locks.entries()) if (lock !== 0 && at !== sought) holders.set(lock, address);
    }
  }
  return holders;
}
