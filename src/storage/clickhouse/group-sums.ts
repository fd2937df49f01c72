// Sums by groups, where a group is known by five 32-bit words: a hash table of typed arrays, because it is asked for every span.
import { regrow } from '../../base/regrow.ts';

export const WORDS = 5;
export const SUMS = 4;
const FIRST_SLOTS = 1024;

export class GroupSums {
  #size = 0;
  /** WORDS a group, in the order in which the groups came. */
  words = new Int32Array(FIRST_SLOTS * WORDS);
  /** SUMS a group. */
  sums = new Float64Array(FIRST_SLOTS * SUMS);
  // Open addressing: group + 1, or 0.
  #slots = new Uint32Array(FIRST_SLOTS * 2);

  get size(): number {
    return this.#size;
  }

  /** The number of the group that is known by these words; its sums begin at 0. */
  find(a: number, b: number, c: number, d: number, e: number): number {
    const mask = this.#slots.length - 1;
    let slot = this.#slotOf(a, b, c, d, e) & mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const group = this.#slots[slot]! - 1;
      const { words } = this;
      const at = group * WORDS;
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d && words[at + 4] === e)
        return group;
    }
    const group = this.#size++;
    this.#slots[slot] = group + 1;
    if ((group + 1) * WORDS > this.words.length) {
      this.words = regrow(this.words, this.words.length * 2);
      this.sums = regrow(this.sums, this.sums.length * 2);
    }
    const at = group * WORDS;
    this.words[at] = a;
    this.words[at + 1] = b;
    this.words[at + 2] = c;
    this.words[at + 3] = d;
    this.words[at + 4] = e;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return group;
  }

  add(group: number, weight: number, rows: number, errors: number, duration: number): void {
    const { sums } = this;
    const at = group * SUMS;
    sums[at]! += weight;
    sums[at + 1]! += rows;
    sums[at + 2]! += errors;
    sums[at + 3]! += duration;
  }

  #slotOf(a: number, b: number, c: number, d: number, e: number): number {
    let hash = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15) ^ c, 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 13) ^ Math.imul(d, 0x27d4eb2f) ^ e, 0x165667b1);
    return hash ^ (hash >>> 16);
  }

  #rehash(): void {
    this.#slots = regrow(this.#slots, this.#slots.length * 4, 0);
    const mask = this.#slots.length - 1;
    const { words } = this;
    for (let group = 0; group < this.#size; group++) {
      const at = group * WORDS;
      let slot = this.#slotOf(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!, words[at + 4]!) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = group + 1;
    }
  }
}
