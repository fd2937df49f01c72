// Which task has an asyncio.Lock. The lock does not remember it, but a coroutine inside `async with lock:` keeps the lock's
// __aexit__ on its value stack. A lock that was taken by a plain `await lock.acquire()` leaves no such trace.
import type { Dumper, Frame } from '../dump.ts';
import { readBlockItems } from '../frames/value-stack.ts';
import type { Address } from '../memory/process-memory.ts';

const METHOD_SELF = 24;

/** The lock that an item of a `with` block stands for (of a Condition, the lock inside it); 0 for anything else. */
function lockBehind({ target: { objects } }: Dumper, item: Address): Address {
  const isMethod = objects.typeOf(item)?.name === 'method';
  // From 3.14 on the object itself stands there, beside its method.
  const object = isMethod ? objects.reader.pointer(item + METHOD_SELF) : item;
  const type = objects.typeOf(object);
  if (objects.types.isNamed(type, 'Lock')) return object;
  return objects.types.isNamed(type, 'Condition') ? (objects.attribute(object, '_lock') ?? 0) : 0;
}

/** Lock → the task whose coroutines are inside `async with` of it. */
export function findTaskLockHolders(
  dumper: Dumper,
  tasks: Iterable<{ readonly address: Address; readonly frames: readonly Frame[] }>,
): Map<Address, Address> {
  const holders = new Map<Address, Address>();
  for (const { address, frames } of tasks) {
    for (const frame of frames) {
      for (const item of readBlockItems(dumper.target, frame)) {
        const lock = lockBehind(dumper, item);
        if (lock !== 0) holders.set(lock, address);
      }
    }
  }
  return holders;
}
