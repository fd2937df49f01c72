// The OpenTelemetry trace of a thread at each sample. A process that has not loaded the SDK costs one look-up a second.
import { CachedMemory } from '../memory/cached-memory.ts';
import { MemoryReader } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';
import { ObjectReader } from '../objects/object-reader.ts';
import type { PythonTarget } from '../python-target.ts';
import { findModule } from '../threads/thread-names.ts';
import { readTraceContext } from '../trace-context.ts';

const MODULE = 'opentelemetry.context';
const CHECK_MS = 1000;

/** Reads through a page cache of its own, cleared for each read: spans come and go. */
export class TraceIds {
  readonly #cache: CachedMemory;
  readonly #target: PythonTarget;
  #isLoaded = false;
  #nextCheck = 0;

  constructor(target: PythonTarget) {
    this.#cache = new CachedMemory(target.image.memory);
    const objects = new ObjectReader(new MemoryReader(this.#cache), target.layout, target.facts.typeType);
    this.#target = { ...target, objects };
  }

  /** 32 hexadecimal digits; empty when the thread is in no span. */
  of(thread: Address, interpreter: Address): string {
    if (!this.#isLoaded) {
      const now = performance.now();
      if (now < this.#nextCheck) return '';
      this.#nextCheck = now + CHECK_MS;
      this.#cache.clear();
      this.#isLoaded = findModule(this.#target, interpreter, MODULE) !== undefined;
      if (!this.#isLoaded) return '';
    }
    this.#cache.clear();
    return readTraceContext(this.#target, thread)?.traceId ?? '';
  }
}
