// Knows series by the raw bytes of their labels: after a series most likely comes the one that came last time, found by one exact
// comparison; behind that stands a hash table. Labels are decoded once in a series' life.

import { ByteBuffer } from '../../base/byte-buffer.ts';
import { giveBack, regrow } from '../../base/regrow.ts';
import { matchesWords } from '../../model/columns.ts';

const HASH_START = 0x811c9dc5;
const HASH_STEP = 0x9e3779b1;
const WORD = 4;
const NONE = -1;

function grow(array: Int32Array<ArrayBuffer>, needed: number): Int32Array<ArrayBuffer> {
  return needed <= array.length ? array : regrow(array, Math.max(needed, array.length * 2));
}

/** Raw label bytes to small numbers, 0, 1, 2, … in the order of first appearance. It only grows: replace it when it is too large. */
export class LabelMemory {
  readonly #arena = new ByteBuffer(64 * 1024);
  #size = 0;
  // Where the labels of each series begin, with the end of the last behind them.
  #starts = new Int32Array(1024);
  #next = new Int32Array(1024);
  #hashes = new Int32Array(1024);
  // Open addressing: number + 1, or 0.
  #slots = new Int32Array(2048);
  #last = NONE;
  #first = NONE;

  /** How many series are known. */
  get size(): number {
    return this.#size;
  }

  /** Bytes that the labels take. */
  get bytes(): number {
    return this.#starts[this.#size] as number;
  }

  /** All labels; those of a series are from `startOf` on `lengthOf` bytes. Valid until the next `add`. */
  get arena(): { readonly bytes: Uint8Array; readonly view: DataView } {
    return this.#arena;
  }

  /** Begins a request. */
  start(): void {
    this.#last = NONE;
  }

  /** The number of the series that is foreseen, if exactly its labels stand at `at`; else −1. `end` bounds the message. */
  matchExpected(view: DataView, at: number, end: number): number {
    const id = this.#last === NONE ? this.#first : (this.#next[this.#last] as number);
    if (id === NONE) return NONE;
    return at + this.lengthOf(id) <= end && this.#isEqual(id, view, at) ? id : NONE;
  }

  startOf(id: number): number {
    return this.#starts[id] as number;
  }

  lengthOf(id: number): number {
    return (this.#starts[id + 1] as number) - (this.#starts[id] as number);
  }

  /** Notes that `id` came next. */
  follow(id: number): void {
    if (this.#last === NONE) this.#first = id;
    else this.#next[this.#last] = id;
    this.#last = id;
  }

  /** The number of the labels from `at` to `end`, or −1; `key` is their `hashLabels`. */
  find(view: DataView, at: number, end: number, key: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = key & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const id = (slots[slot] as number) - 1;
      if (this.#hashes[id] === key && this.lengthOf(id) === end - at && this.#isEqual(id, view, at)) return id;
    }
    return NONE;
  }

  /** Gives new labels, whose `hashLabels` is `key`, their number; `view` is over `bytes`. */
  add(bytes: Uint8Array, view: DataView, at: number, end: number, key: number): number {
    const id = this.#size++;
    this.#arena.copy(bytes, view, at, end);
    this.#starts = grow(this.#starts, id + 2);
    this.#next = grow(this.#next, id + 1);
    this.#hashes = grow(this.#hashes, id + 1);
    this.#starts[id + 1] = this.#arena.length;
    this.#next[id] = NONE;
    this.#hashes[id] = key;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    else this.#enter(id);
    return id;
  }

  #enter(id: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#hashes[id] as number) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = id + 1;
  }

  #rehash(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 2);
    giveBack(before);
    for (let id = 0; id < this.#size; id++) this.#enter(id);
  }

  #isEqual(id: number, view: DataView, at: number): boolean {
    const start = this.startOf(id);
    const length = this.lengthOf(id);
    const { view: own } = this.#arena;
    if (length >= WORD) return matchesWords(own, start, view, at, length);
    // Only a label with neither name nor value is so short.
    for (let i = 0; i < length; i++) if (own.getUint8(start + i) !== view.getUint8(at + i)) return false;
    return true;
  }
}

/** Mixes the bytes of labels from `at` to `end`, four at a time. */
export function hashLabels(view: DataView, at: number, end: number): number {
  let value = HASH_START ^ (end - at);
  let from = at;
  for (; from + WORD <= end; from += WORD) value = mix(value, view.getInt32(from));
  for (; from < end; from++) value = mix(value, view.getUint8(from));
  return value;
}

function mix(value: number, word: number): number {
  const mixed = Math.imul(value ^ word, HASH_STEP);
  return mixed ^ (mixed >>> 15);
}
