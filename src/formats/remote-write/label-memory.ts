// Knows series by the raw bytes of their labels: after a series most likely comes the one that came last time, found by one exact
// comparison; behind that stands a hash table. Labels are decoded once in a series' life.

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const NONE = -1;

/** Raw label bytes to small numbers, 0, 1, 2, … in the order of first appearance. It only grows: replace it when it is too large. */
export class LabelMemory {
  #arena = new Uint8Array(64 * 1024);
  #view = new DataView(this.#arena.buffer);
  #used = 0;
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];
  readonly #next: number[] = [];
  readonly #chains = new Map<number, number[]>();
  #last = NONE;
  #first = NONE;

  /** How many series are known. */
  get size(): number {
    return this.#starts.length;
  }

  /** Bytes that the labels take. */
  get bytes(): number {
    return this.#used;
  }

  /** Begins a request. */
  start(): void {
    this.#last = NONE;
  }

  /** The number of the series that is foreseen, if exactly its labels stand at `at`; else −1. `end` bounds the message. */
  matchExpected(view: DataView, at: number, end: number): number {
    const id = this.#last === NONE ? this.#first : (this.#next[this.#last] as number);
    if (id === NONE) return NONE;
    const length = this.#lengths[id] as number;
    return at + length <= end && this.#isEqual(id, view, at) ? id : NONE;
  }

  lengthOf(id: number): number {
    return this.#lengths[id] as number;
  }

  /** Notes that `id` came next. */
  follow(id: number): void {
    if (this.#last === NONE) this.#first = id;
    else this.#next[this.#last] = id;
    this.#last = id;
  }

  /** The number of the labels from `at` to `end`, or −1. */
  find(bytes: Uint8Array, view: DataView, at: number, end: number): number {
    for (const id of this.#chains.get(hash(bytes, at, end)) ?? []) {
      if (this.#lengths[id] === end - at && this.#isEqual(id, view, at)) return id;
    }
    return NONE;
  }

  /** Gives new labels their number. */
  add(bytes: Uint8Array, at: number, end: number): number {
    const length = end - at;
    if (this.#used + length > this.#arena.length) {
      const arena = new Uint8Array(Math.max(this.#arena.length * 2, this.#used + length));
      arena.set(this.#arena);
      this.#arena = arena;
      this.#view = new DataView(arena.buffer);
    }
    this.#arena.set(bytes.subarray(at, end), this.#used);
    const id = this.#starts.push(this.#used) - 1;
    this.#lengths.push(length);
    this.#next.push(NONE);
    this.#used += length;
    const key = hash(bytes, at, end);
    const chain = this.#chains.get(key);
    if (chain === undefined) this.#chains.set(key, [id]);
    else chain.push(id);
    return id;
  }

  #isEqual(id: number, view: DataView, at: number): boolean {
    const own = this.#view;
    const start = this.#starts[id] as number;
    const length = this.#lengths[id] as number;
    let i = 0;
    for (; i + 4 <= length; i += 4) if (own.getInt32(start + i) !== view.getInt32(at + i)) return false;
    for (; i < length; i++) if (own.getInt8(start + i) !== view.getInt8(at + i)) return false;
    return true;
  }
}

function hash(bytes: Uint8Array, at: number, end: number): number {
  let value = FNV_OFFSET;
  for (let i = at; i < end; i++) value = Math.imul(value ^ (bytes[i] as number), FNV_PRIME);
  return value;
}
