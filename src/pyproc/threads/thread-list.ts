// The thread states of all interpreters of a process, newest first as CPython links them.
import { pointerAt, signed64At } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';
import type { PythonTarget } from '../python-target.ts';

const MAX_INTERPRETERS = 4096;
const MAX_THREADS = 65_536;

export interface PythonThread {
  /** The thread state. */
  readonly address: Address;
  readonly interpreter: Address;
  readonly interpreterId: number;
  /** What threading.get_ident() gives: the address of the C library's thread struct. */
  readonly pthreadId: number;
  /** What the interpreter remembers as the system's thread id (3.11+); wrong in a forked child of some versions. */
  readonly rememberedId: number | undefined;
}

/** All interpreters, newest first. */
export function listInterpreters(target: PythonTarget): { address: Address; id: number }[] {
  const { reader, layout, runtime } = target;
  const interpreters: { address: Address; id: number }[] = [];
  const seen = new Set<Address>();
  let address = reader.pointer(runtime + layout.runtime.interpretersHead);
  while (address !== 0 && !seen.has(address) && interpreters.length < MAX_INTERPRETERS) {
    seen.add(address);
    interpreters.push({ address, id: reader.i64(address + layout.interpreter.id) ?? -1 });
    address = reader.pointer(address + layout.interpreter.next);
  }
  return interpreters;
}

/** All thread states, oldest first. A list that changes while it is read may miss threads that begin or end just then. */
export function listThreads(target: PythonTarget): PythonThread[] {
  const { reader, layout } = target;
  const threads: PythonThread[] = [];
  const seen = new Set<Address>();
  for (const interpreter of listInterpreters(target)) {
    let address = reader.pointer(interpreter.address + layout.interpreter.threadsHead);
    while (address !== 0 && !seen.has(address) && threads.length < MAX_THREADS) {
      seen.add(address);
      const struct = reader.peek(address, layout.thread.size);
      if (struct === undefined || pointerAt(struct, layout.thread.interpreter) !== interpreter.address) break;
      const { nativeThreadId } = layout.thread;
      threads.push({
        address,
        interpreter: interpreter.address,
        interpreterId: interpreter.id,
        pthreadId: pointerAt(struct, layout.thread.threadId),
        rememberedId: nativeThreadId === undefined ? undefined : signed64At(struct, nativeThreadId),
      });
      address = pointerAt(struct, layout.thread.next);
    }
  }
  return threads.reverse();
}
