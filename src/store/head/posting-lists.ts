// For each label pair the series that have it, ascending. All lists lie in one arena in regions of 1, 2, 4 … numbers; a list that
// outgrows its region moves to one of twice the size, and the old one is used again.

import { regrow } from '../../base/regrow.ts';

const CLASSES = 31;

export class PostingLists {
  #arena = new Int32Array(4096);
  #used = 0;
  /** Free regions by the power of two of their size. */
  readonly #free: number[][] = Array.from({ length: CLASSES }, () => []);
  #starts = new Int32Array(1024);
  #counts = new Int32Array(1024);

  get bytes(): number {
    return 4 * (this.#arena.length + this.#starts.length + this.#counts.length);
  }

  countOf(list: number): number {
    return this.#counts[list] ?? 0;
  }

  /** The numbers of a list; valid until the next `push`. */
  of(list: number): Int32Array {
    const start = this.#starts[list] ?? 0;
    return this.#arena.subarray(start, start + this.countOf(list));
  }

  /** Appends a number that is larger than all in the list. */
  push(list: number, value: number): void {
    if (list >= this.#counts.length) this.#growLists(list + 1);
    const count = this.#counts[list] as number;
    // A power of two: the region is full.
    if ((count & (count - 1)) === 0) this.#move(list, count);
    this.#arena[(this.#starts[list] as number) + count] = value;
    this.#counts[list] = count + 1;
  }

  #growLists(needed: number): void {
    const length = Math.max(needed, this.#counts.length * 2);
    this.#starts = regrow(this.#starts, length);
    this.#counts = regrow(this.#counts, length);
  }

  #move(list: number, count: number): void {
    const from = this.#starts[list] as number;
    const power = count === 0 ? 0 : 32 - Math.clz32(count);
    const to = this.#take(power);
    this.#arena.copyWithin(to, from, from + count);
    if (count > 0) this.#free[power - 1]!.push(from);
    this.#starts[list] = to;
  }

  #take(power: number): number {
    const free = this.#free[power]!.pop();
    if (free !== undefined) return free;
    const size = 2 ** power;
    if (this.#used + size > this.#arena.length) {
      this.#arena = regrow(this.#arena, Math.max(this.#used + size, this.#arena.length * 2), this.#used);
    }
    const start = this.#used;
    this.#used += size;
    return start;
  }
}
