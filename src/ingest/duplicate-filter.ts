// Which bodies came within the last ten minutes: a sender that had no answer sends again, and that must not be stored twice.
// Entries lie in a ring by age and are found through chains of hash buckets, all in typed arrays (32 bytes an entry).

const WINDOW_MILLIS = 10 * 60_000;
const FIRST_CAPACITY = 1 << 10;
/** The oldest entries go early when more bodies than this come within the window. */
const MAX_CAPACITY = 1 << 20;
const WORDS = 4;

export class DuplicateFilter {
  #capacity = FIRST_CAPACITY;
  #hashes = new Int32Array(FIRST_CAPACITY * WORDS);
  #rows = new Uint32Array(FIRST_CAPACITY);
  #times = new Float64Array(FIRST_CAPACITY);
  /** Slot + 1 of the newest entry of a bucket, and of the next older one of an entry; 0 ends a chain. */
  #buckets = new Int32Array(FIRST_CAPACITY);
  #older = new Int32Array(FIRST_CAPACITY);
  #oldest = 0;
  #count = 0;

  get size(): number {
    return this.#count;
  }

  /** Rows of the body with this hash (16 bytes) if it came within the window; undefined when it did not. `at` in Unix ms. */
  find(hash: Uint8Array, at: number): number | undefined {
    const words = wordsOf(hash);
    for (let slot = this.#buckets[words[0]! & (this.#capacity - 1)]! - 1; slot >= 0; slot = this.#older[slot]! - 1) {
      if (this.#matches(slot, words)) return at - this.#times[slot]! <= WINDOW_MILLIS ? this.#rows[slot]! : undefined;
    }
    return undefined;
  }

  #matches(slot: number, words: Int32Array): boolean {
    for (let i = 0; i < WORDS; i++) if (this.#hashes[slot * WORDS + i] !== words[i]) return false;
    return true;
  }

  add(hash: Uint8Array, rows: number, at: number): void {
    while (this.#count > 0 && at - this.#times[this.#oldest]! > WINDOW_MILLIS) this.#dropOldest();
    if (this.#count === this.#capacity) {
      if (this.#capacity < MAX_CAPACITY) this.#grow();
      else this.#dropOldest();
    }
    const slot = (this.#oldest + this.#count++) & (this.#capacity - 1);
    this.#hashes.set(wordsOf(hash), slot * WORDS);
    this.#rows[slot] = rows;
    this.#times[slot] = at;
    this.#link(slot);
  }

  #link(slot: number): void {
    const bucket = this.#hashes[slot * WORDS]! & (this.#capacity - 1);
    this.#older[slot] = this.#buckets[bucket]!;
    this.#buckets[bucket] = slot + 1;
  }

  /** The oldest entry is the last of its chain. */
  #dropOldest(): void {
    const slot = this.#oldest;
    const bucket = this.#hashes[slot * WORDS]! & (this.#capacity - 1);
    let at = this.#buckets[bucket]! - 1;
    if (at === slot) this.#buckets[bucket] = 0;
    else {
      while (this.#older[at] !== slot + 1) at = this.#older[at]! - 1;
      this.#older[at] = 0;
    }
    this.#oldest = (slot + 1) & (this.#capacity - 1);
    this.#count--;
  }

  #grow(): void {
    const old = { capacity: this.#capacity, hashes: this.#hashes, rows: this.#rows, times: this.#times };
    this.#capacity *= 2;
    this.#hashes = new Int32Array(this.#capacity * WORDS);
    this.#rows = new Uint32Array(this.#capacity);
    this.#times = new Float64Array(this.#capacity);
    this.#buckets = new Int32Array(this.#capacity);
    this.#older = new Int32Array(this.#capacity);
    for (let i = 0; i < this.#count; i++) {
      const from = (this.#oldest + i) & (old.capacity - 1);
      this.#hashes.set(old.hashes.subarray(from * WORDS, (from + 1) * WORDS), i * WORDS);
      this.#rows[i] = old.rows[from]!;
      this.#times[i] = old.times[from]!;
      this.#link(i);
    }
    this.#oldest = 0;
  }

  /** The newest entries, at most `limit`, oldest first: hash (base64), rows, time. */
  save(limit: number): [hash: string, rows: number, at: number][] {
    const first = Math.max(0, this.#count - limit);
    return Array.from({ length: this.#count - first }, (_, i) => {
      const slot = (this.#oldest + first + i) & (this.#capacity - 1);
      const { buffer } = this.#hashes;
      return [
        Buffer.from(buffer, slot * WORDS * 4, WORDS * 4).toString('base64'),
        this.#rows[slot]!,
        this.#times[slot]!,
      ];
    });
  }
}

function wordsOf(hash: Uint8Array): Int32Array {
  // Copied: a view of a pooled buffer may not be aligned.
  return new Int32Array(new Uint8Array(hash).buffer, 0, WORDS);
}
