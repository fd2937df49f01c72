// A page cache in front of another memory: one look decodes many small neighbouring objects (names, dictionaries,
// types), and a read of a page costs hardly more than a read of eight bytes. Valid for one look; `clear` begins another.
import { PAGE_SIZE, type Address, type ProcessMemory } from './process-memory.ts';

const MAX_PAGES = 16_384;
/** Copying so many bytes one by one takes longer than asking the engine to do it. */
const LONG_COPY = 48;

interface Page {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

const noPage: Page = { bytes: new Uint8Array(0), view: new DataView(new ArrayBuffer(0)) };

/** Serves small reads from copied pages; reads of more than four pages pass through. */
export class CachedMemory implements ProcessMemory {
  readonly #source: ProcessMemory;
  readonly #pages = new Map<number, Page>();
  #lastNumber = -1;
  #lastPage = noPage;

  constructor(source: ProcessMemory) {
    this.#source = source;
  }

  #page(number: number): Page {
    if (number === this.#lastNumber) return this.#lastPage;
    let page = this.#pages.get(number);
    if (page === undefined) {
      const fresh = new Uint8Array(PAGE_SIZE);
      const got = this.#source.read(number * PAGE_SIZE, fresh, 0, PAGE_SIZE);
      page = { bytes: fresh.subarray(0, got), view: new DataView(fresh.buffer, 0, got) };
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
      const { bytes } = this.#page((at - within) / PAGE_SIZE);
      const count = Math.min(length - done, bytes.length - within);
      if (count <= 0) break;
      if (count >= LONG_COPY) target.set(bytes.subarray(within, within + count), offset + done);
      else for (let i = 0; i < count; i++) target[offset + done + i] = bytes[within + i] as number;
      done += count;
    }
    return done;
  }

  page(address: Address): DataView | undefined {
    return address >= PAGE_SIZE ? this.#page(Math.floor(address / PAGE_SIZE)).view : undefined;
  }

  /** Forgets every page, so that the next read sees the target as it is then. */
  clear(): void {
    this.#pages.clear();
    this.#lastNumber = -1;
  }
}
