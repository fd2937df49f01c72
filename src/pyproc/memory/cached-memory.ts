// A page cache in front of another memory: one look decodes many small neighbouring objects (names, dictionaries,
// types), and a read of a page costs hardly more than a read of eight bytes. Valid for one look; `clear` begins another.
import type { Address, ProcessMemory } from './process-memory.ts';

const PAGE_SIZE = 4096;
const MAX_PAGES = 16_384;

/** Serves small reads from copied pages; reads of more than four pages pass through. */
export class CachedMemory implements ProcessMemory {
  readonly #source: ProcessMemory;
  readonly #pages = new Map<number, Uint8Array>();
  #lastNumber = -1;
  #lastPage: Uint8Array = new Uint8Array(0);

  constructor(source: ProcessMemory) {
    this.#source = source;
  }

  #page(number: number): Uint8Array {
    if (number === this.#lastNumber) return this.#lastPage;
    let page = this.#pages.get(number);
    if (page === undefined) {
      const fresh = new Uint8Array(PAGE_SIZE);
      page = fresh.subarray(0, this.#source.read(number * PAGE_SIZE, fresh, 0, PAGE_SIZE));
      if (this.#pages.size >= MAX_PAGES) this.#pages.clear();
      this.#pages.set(number, page);
    }
    this.#lastNumber = number;
    this.#lastPage = page;
    return page;
  }

  read(address: Address, target: Uint8Array, offset: number, length: number): number {
    if (length > 4 * PAGE_SIZE) return this.#source.read(address, target, offset, length);
    if (!(address >= PAGE_SIZE)) return 0;
    let done = 0;
    while (done < length) {
      const at = address + done;
      const within = at % PAGE_SIZE;
      const page = this.#page((at - within) / PAGE_SIZE);
      const count = Math.min(length - done, page.length - within);
      if (count <= 0) break;
      for (let i = 0; i < count; i++) target[offset + done + i] = page[within + i] as number;
      done += count;
    }
    return done;
  }

  /** Forgets every page, so that the next read sees the target as it is then. */
  clear(): void {
    this.#pages.clear();
    this.#lastNumber = -1;
  }
}
