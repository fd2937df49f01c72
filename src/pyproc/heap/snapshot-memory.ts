// A copy of the target's memory in blocks of 1 MiB, each taken when it is first touched. A heap walk then runs on our own
// memory: following a million list nodes costs a million look-ups in an array instead of a million system calls.
import type { Mapping } from '../procfs/maps.ts';
import { USER_SPACE_END, type Address, type ProcessMemory } from '../memory/process-memory.ts';

const BLOCK_SIZE = 1024 * 1024;
const MAX_BYTES = 8 * 1024 * 1024 * 1024;
const SHARE_OF_FREE_MEMORY = 0.5;
const PAGE_SIZE = 4096;

const nothing = new Uint32Array(BLOCK_SIZE / 4);

/** Words that could not be copied read as zero. */
export class SnapshotMemory implements ProcessMemory {
  readonly #source: ProcessMemory;
  readonly #blocks = new Map<number, Uint32Array>();
  /** Beyond this all blocks are forgotten and, if touched again, copied again. */
  readonly #maxBytes = Math.min(MAX_BYTES, process.availableMemory() * SHARE_OF_FREE_MEMORY);
  #copied = 0;
  #lastNumber = -1;
  #lastBlock: Uint32Array = new Uint32Array(0);

  /** First and last block of each stretch of readable memory, ascending. */
  readonly #mapped: readonly (readonly [first: number, last: number])[];

  constructor(source: ProcessMemory, mappings: readonly Mapping[]) {
    this.#source = source;
    this.#mapped = mappings
      .filter((mapping) => mapping.isReadable)
      .map(({ start, end }) => [Math.floor(start / BLOCK_SIZE), Math.floor((end - 1) / BLOCK_SIZE)] as const)
      .toSorted(([a], [b]) => a - b);
  }

  // Raw memory is full of words that look like addresses; asking the kernel about each would take longer than the walk.
  #isMapped(number: number): boolean {
    let [low, high] = [0, this.#mapped.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const [first, last] = this.#mapped[middle] as readonly [number, number];
      if (number < first) high = middle - 1;
      else if (number > last) low = middle + 1;
      else return true;
    }
    return false;
  }

  get copiedBytes(): number {
    return this.#copied;
  }

  #block(number: number): Uint32Array {
    let block = this.#blocks.get(number);
    if (block === undefined) {
      if (!this.#isMapped(number)) return nothing;
      block = this.#copy(number * BLOCK_SIZE);
      this.#blocks.set(number, block);
    }
    this.#lastNumber = number;
    this.#lastBlock = block;
    return block;
  }

  // A read stops at the first hole, so what lies behind it is asked for page by page.
  #copy(start: Address): Uint32Array {
    if (this.#copied >= this.#maxBytes) {
      this.#blocks.clear();
      this.#copied = 0;
    }
    this.#copied += BLOCK_SIZE;
    const bytes = new Uint8Array(BLOCK_SIZE);
    let at = this.#source.read(start, bytes, 0, BLOCK_SIZE);
    while (at < BLOCK_SIZE) {
      at += PAGE_SIZE - (at % PAGE_SIZE);
      if (at < BLOCK_SIZE) {
        const got = this.#source.read(start + at, bytes, at, BLOCK_SIZE - at);
        at += got > 0 ? got : 0;
      }
    }
    return new Uint32Array(bytes.buffer);
  }

  /** Whether anonymous memory there was ever written; see ProcessMemory.holds. */
  holds(address: Address, length: number): boolean {
    return this.#source.holds?.(address, length) ?? true;
  }

  /** Whether the block of 1 MiB around the address is copied already. */
  isCopied(address: Address): boolean {
    return this.#blocks.has(Math.floor(address / BLOCK_SIZE));
  }

  /** Reads past the copy, and keeps nothing: for a look at memory that may not be of interest. */
  peek(address: Address, target: Uint8Array): boolean {
    return this.#source.read(address, target, 0, target.length) === target.length;
  }

  /** The 64-bit word at an address divisible by 8, as a pointer; 0 when it is none or not readable. */
  word(address: Address): Address {
    if (!(address >= PAGE_SIZE && address < USER_SPACE_END)) return 0;
    const number = Math.floor(address / BLOCK_SIZE);
    const block = number === this.#lastNumber ? this.#lastBlock : this.#block(number);
    const index = (address - number * BLOCK_SIZE) >>> 2;
    const high = block[index + 1] as number;
    return high < 0x8000 ? (block[index] as number) + high * 4_294_967_296 : 0;
  }

  /** The 32-bit word at an address divisible by 4. */
  word32(address: Address): number {
    if (!(address >= PAGE_SIZE && address < USER_SPACE_END)) return 0;
    const number = Math.floor(address / BLOCK_SIZE);
    const block = number === this.#lastNumber ? this.#lastBlock : this.#block(number);
    return block[(address - number * BLOCK_SIZE) >>> 2] as number;
  }

  read(address: Address, target: Uint8Array, offset: number, length: number): number {
    if (!(address >= PAGE_SIZE && address < USER_SPACE_END)) return 0;
    let done = 0;
    while (done < length) {
      const at = address + done;
      const number = Math.floor(at / BLOCK_SIZE);
      const within = at - number * BLOCK_SIZE;
      const count = Math.min(length - done, BLOCK_SIZE - within);
      const block = this.#block(number);
      target.set(new Uint8Array(block.buffer, within, count), offset + done);
      done += count;
    }
    return done;
  }
}
