// Interned byte strings: each different one gets a small number. Open addressing over a 32-bit hash of the bytes; a look-up of a
// known string makes no object.
import { ByteBuffer } from '../../base/byte-buffer.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function hashOf(source: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ source[at]!, 0x01000193);
  return hash ^ (hash >>> 15);
}

export class ByteTable {
  readonly #bytes = new ByteBuffer(1024);
  #ends = new Int32Array(64);
  #hashes = new Int32Array(64);
  // Number + 1 of the entry, 0 where the slot is free; always at most half full.
  #slots = new Int32Array(128);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Whether entry `id` is exactly `source[start, end)`. */
  matches(id: number, source: Uint8Array, start: number, end: number): boolean {
    const from = id === 0 ? 0 : this.#ends[id - 1]!;
    const size = end - start;
    if (this.#ends[id]! - from !== size) return false;
    const { bytes } = this.#bytes;
    for (let i = 0; i < size; i++) if (bytes[from + i] !== source[start + i]) return false;
    return true;
  }

  /** The number of `source[start, end)`; a new one gets the next number, which is then `size − 1`. */
  intern(source: Uint8Array, start: number, end: number): number {
    const hash = hashOf(source, start, end);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let id = this.#slots[slot]!; id !== 0; id = this.#slots[slot]!) {
      if (this.#hashes[id - 1] === hash && this.matches(id - 1, source, start, end)) return id - 1;
      slot = (slot + 1) & mask;
    }
    return this.#add(hash, source, start, end);
  }

  text(id: number): string {
    const from = id === 0 ? 0 : this.#ends[id - 1]!;
    return decoder.decode(this.#bytes.bytes.subarray(from, this.#ends[id]));
  }

  clear(): void {
    this.#bytes.clear();
    this.#slots.fill(0);
    this.#size = 0;
  }

  #add(hash: number, source: Uint8Array, start: number, end: number): number {
    const id = this.#size++;
    if (id === this.#ends.length) this.#grow();
    this.#bytes.append(source.subarray(start, end));
    this.#ends[id] = this.#bytes.length;
    this.#hashes[id] = hash;
    this.#place(id);
    return id;
  }

  #place(id: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hashes[id]! & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = id + 1;
  }

  #grow(): void {
    const count = this.#ends.length;
    const [ends, hashes] = [this.#ends, this.#hashes];
    this.#ends = new Int32Array(count * 2);
    this.#hashes = new Int32Array(count * 2);
    this.#ends.set(ends);
    this.#hashes.set(hashes);
    this.#slots = new Int32Array(count * 4);
    for (let id = 0; id < count; id++) this.#place(id);
  }
}
