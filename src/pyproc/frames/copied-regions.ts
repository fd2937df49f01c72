// Copies of the parts of the target's memory where the frames of one stack lie, each taken by a single read: hundreds of
// frames then cost little more than one, and were read within microseconds of each other.
import type { Address, ProcessMemory } from '../memory/process-memory.ts';

const FIRST_CAPACITY = 16_384;

interface Region {
  start: Address;
  end: Address;
  bytes: Uint8Array;
  view: DataView<ArrayBufferLike>;
}

/** Regions of one walk; `clear` begins the next one and keeps the buffers. */
export class CopiedRegions {
  readonly #memory: ProcessMemory;
  readonly #regions: Region[] = [];
  #last = 0;
  count = 0;

  constructor(memory: ProcessMemory) {
    this.#memory = memory;
  }

  clear(): void {
    this.count = 0;
    this.#last = 0;
  }

  /** Copies `size` bytes at `start`; the copy, or `undefined` when not all of it is readable. */
  add(start: Address, size: number): DataView<ArrayBufferLike> | undefined {
    let region = this.#regions[this.count];
    if (region === undefined || region.bytes.length < size) {
      const bytes = new Uint8Array(Math.max(FIRST_CAPACITY, size));
      region = { start: 0, end: 0, bytes, view: new DataView(bytes.buffer) };
      this.#regions[this.count] = region;
    }
    if (this.#memory.read(start, region.bytes, 0, size) !== size) return undefined;
    region.start = start;
    region.end = start + size;
    this.count++;
    return region.view;
  }

  /** The copy that holds `size` bytes at `address`, and where in it they begin: see `at`. */
  find(address: Address, size: number): DataView<ArrayBufferLike> | undefined {
    // Neighbours on a stack mostly lie in the same region.
    for (let tries = 0; tries < this.count; tries++) {
      const index = (this.#last + tries) % this.count;
      const region = this.#regions[index] as Region;
      if (address < region.start || address + size > region.end) continue;
      this.#last = index;
      this.at = address - region.start;
      return region.view;
    }
    return undefined;
  }

  at = 0;
}
