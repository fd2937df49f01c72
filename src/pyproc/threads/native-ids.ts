// Which of the system's threads a Python thread is. The C library's thread struct, whose address is the pthread id,
// holds the id as the target sees it; /proc gives the same ids as we see them, through the namespaces in between.
import { readdirSync, readFileSync } from 'node:fs';
import type { MemoryReader } from '../memory/memory-reader.ts';
import type { PythonThread } from './thread-list.ts';

/** Where glibc's `struct pthread` keeps the thread id on x86-64; it has not moved since 2.4. */
const GLIBC_TID = 720;
const SEARCH_BYTES = 1024;

/** The system's threads: id as the target sees it → id as we see it. */
export function readTaskIds(pid: number): Map<number, number> {
  const ids = new Map<number, number>();
  let names: string[];
  try {
    names = readdirSync(`/proc/${pid}/task`);
  } catch {
    return ids;
  }
  // Namespaces are the same for all threads, so the main thread tells whether ids have to be translated at all.
  const isSame = innerId(pid, pid) === pid;
  for (const name of names) {
    const outer = Number(name);
    const inner = isSame ? outer : innerId(pid, outer);
    if (inner !== undefined) ids.set(inner, outer);
  }
  return ids;
}

function innerId(pid: number, task: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8');
    const ids = /^NSpid:\s*(.*)$/m.exec(text)?.[1]?.split(/\s+/);
    return ids === undefined ? undefined : Number(ids.at(-1));
  } catch {
    return undefined;
  }
}

/** Finds the system's id, as we see it, of each Python thread. */
export class NativeIds {
  readonly #reader: MemoryReader;
  readonly #tasks: ReadonlyMap<number, number>;
  #offset: number | undefined;

  constructor(reader: MemoryReader, tasks: ReadonlyMap<number, number>) {
    this.#reader = reader;
    this.#tasks = tasks;
  }

  /** `undefined` when no thread of the system can be told to be this one. */
  of(thread: PythonThread): number | undefined {
    const fromLibrary = this.#tasks.get(this.#reader.i32(thread.pthreadId + (this.#offset ?? GLIBC_TID)) ?? -1);
    if (fromLibrary !== undefined) return fromLibrary;
    const remembered = thread.rememberedId === undefined ? undefined : this.#tasks.get(thread.rememberedId);
    if (remembered !== undefined) return remembered;
    return this.#offset === undefined ? this.#search(thread) : undefined;
  }

  // Another C library (musl): the offset at which some thread's struct holds one of the known ids.
  #search(thread: PythonThread): number | undefined {
    const struct = this.#reader.view(thread.pthreadId, SEARCH_BYTES);
    if (struct === undefined) return undefined;
    for (let offset = 0; offset + 4 <= SEARCH_BYTES; offset += 4) {
      const id = this.#tasks.get(struct.getInt32(offset, true));
      if (id === undefined) continue;
      this.#offset = offset;
      return id;
    }
    return undefined;
  }
}
