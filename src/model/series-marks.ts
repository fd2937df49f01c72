// Which series were written for which day: a set of (fingerprint, day) without an object an entry.
import { giveBack, regrow } from '../base/regrow.ts';

const FIRST_ENTRIES = 64;
const ENTRY = 3;
/** A table that was used by less than this share is made small when it is emptied. */
const KEPT_SHARE = 1 / 16;

export class SeriesMarks {
  /** Low and high half of the fingerprint, and the day's key. */
  #entries = new Int32Array(FIRST_ENTRIES * ENTRY);
  /** Open addressing: entry + 1, or 0. */
  #slots = new Int32Array(FIRST_ENTRIES * 2);
  #size = 0;

  /** Whether this is not in the set yet; afterwards it is. All three are signed 32-bit numbers. */
  add(low: number, high: number, day: number): boolean {
    const entries = this.#entries;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash(low, high, day) & mask;
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const at = ((slots[slot] as number) - 1) * ENTRY;
      if (entries[at] === low && entries[at + 1] === high && entries[at + 2] === day) return false;
    }
    const at = this.#size * ENTRY;
    entries[at] = low;
    entries[at + 1] = high;
    entries[at + 2] = day;
    slots[slot] = ++this.#size;
    if (this.#size * ENTRY === entries.length) this.#grow();
    return true;
  }

  clear(): void {
    const isLarge = this.#size < (this.#slots.length / 2) * KEPT_SHARE;
    this.#size = 0;
    if (isLarge) {
      this.#entries = new Int32Array(FIRST_ENTRIES * ENTRY);
      this.#slots = new Int32Array(FIRST_ENTRIES * 2);
    } else this.#slots.fill(0);
  }

  #grow(): void {
    const entries = regrow(this.#entries, this.#entries.length * 2);
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let entry = 0; entry < this.#size; entry++) {
      const at = entry * ENTRY;
      let slot = hash(entries[at] as number, entries[at + 1] as number, entries[at + 2] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry + 1;
    }
    giveBack(this.#slots);
    this.#entries = entries;
    this.#slots = slots;
  }
}

/** Fingerprints are well mixed already. */
function hash(low: number, high: number, day: number): number {
  return low ^ (high << 7) ^ Math.imul(day, 0x9e3779b1);
}
