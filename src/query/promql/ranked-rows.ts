// The best rows of a group at one step, for topk and bottomk.

/**
 * The best `capacity` rows seen: a heap with the worst on top. Ties are resolved as Prometheus resolves them, because the heap moves
 * like the one in Go's library.
 */
export class RankedRows {
  readonly rows: number[] = [];
  readonly #values: number[] = [];
  readonly capacity: number;
  readonly #sign: 1 | -1;

  constructor(capacity: number, largest: boolean) {
    this.capacity = capacity;
    this.#sign = largest ? 1 : -1;
  }

  /** What a value, signed as they are kept, has to exceed to be taken; NaN when that has to be tried. */
  get threshold(): number {
    return this.rows.length < this.capacity ? NaN : this.#values[0]!;
  }

  /** The value of the row at `place` of `rows`. */
  valueAt(place: number): number {
    return this.#sign * (this.#values[place] as number);
  }

  add(row: number, value: number): void {
    // The smallest are the largest of the negated.
    const own = this.#sign * value;
    const worst = this.#values[0] ?? NaN;
    if (this.rows.length < this.capacity) {
      this.rows.push(row);
      this.#values.push(own);
      this.#rise(this.rows.length - 1);
    } else if (worst < own || (Number.isNaN(worst) && !Number.isNaN(own))) {
      this.rows[0] = row;
      this.#values[0] = own;
      this.#sink(0);
    }
  }

  #isLess(left: number, right: number): boolean {
    const value = this.#values[left] as number;
    return Number.isNaN(value) || value < (this.#values[right] as number);
  }

  #swap(left: number, right: number): void {
    const row = this.rows[left] as number;
    const value = this.#values[left] as number;
    this.rows[left] = this.rows[right] as number;
    this.#values[left] = this.#values[right] as number;
    this.rows[right] = row;
    this.#values[right] = value;
  }

  #rise(from: number): void {
    for (let child = from; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.#isLess(child, parent)) return;
      this.#swap(parent, child);
      child = parent;
    }
  }

  #sink(from: number): void {
    const { length } = this.rows;
    for (let parent = from; ;) {
      const left = 2 * parent + 1;
      if (left >= length) return;
      const child = left + 1 < length && this.#isLess(left + 1, left) ? left + 1 : left;
      if (!this.#isLess(child, parent)) return;
      this.#swap(parent, child);
      parent = child;
    }
  }

  /** The rows, best first, NaN last. */
  ranked(): number[] {
    const order = this.rows.map((_, index) => index);
    order.sort((left, right) => {
      const [a, b] = [this.#values[left] as number, this.#values[right] as number];
      if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
      return a === b ? 0 : a > b ? -1 : 1;
    });
    return order.map((index) => this.rows[index] as number);
  }
}
