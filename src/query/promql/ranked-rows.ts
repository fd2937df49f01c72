// The best rows of many rankings, as one for each step or group, for topk and bottomk.

const FIRST_STRIDE = 16;
const MAX_CAPACITY = 2 ** 31 - 1;
/** Nothing exceeds it. */
const UNREACHABLE = Infinity;

/** NaN is worse than any number. */
const isLess = (left: number, right: number): boolean => left !== left || left < right;

/**
 * The best rows seen, at each place a heap with the worst on top. Ties are resolved as Prometheus resolves them, because the heaps move
 * like the one in Go's library.
 */
export class RankedRows {
  /** By place: what a value, signed as they are kept, has to exceed to be taken; NaN when that has to be tried. */
  readonly thresholds: Float64Array;
  readonly #sign: 1 | -1;
  readonly #capacities: Int32Array;
  readonly #counts: Int32Array;
  /** Room of each heap; all of them lie one behind the other. */
  #stride: number;
  #rows: Int32Array;
  #values: Float64Array;

  /** At each place as many of the largest, or smallest, as `counts` says; numbers below 1 are none. */
  constructor(counts: ArrayLike<number>, largest: boolean) {
    this.#sign = largest ? 1 : -1;
    this.#capacities = Int32Array.from(counts, (count) => Math.min(Math.max(0, Math.trunc(count)), MAX_CAPACITY));
    this.#counts = new Int32Array(counts.length);
    this.thresholds = Float64Array.from(this.#capacities, (capacity) => (capacity === 0 ? UNREACHABLE : NaN));
    this.#stride = this.#capacities.reduce((most, capacity) => Math.max(most, Math.min(capacity, FIRST_STRIDE)), 1);
    this.#rows = new Int32Array(this.#stride * counts.length);
    this.#values = new Float64Array(this.#stride * counts.length);
  }

  /** How many rows there are at `place`. */
  countAt(place: number): number {
    return this.#counts[place] as number;
  }

  /** A row of `place`, by its number in no order. */
  rowAt(place: number, number: number): number {
    return this.#rows[place * this.#stride + number] as number;
  }

  /** The rows of `place`; those that only filled it in the order in which they came. */
  rowsOf(place: number): number[] {
    return Array.from({ length: this.countAt(place) }, (_, number) => this.rowAt(place, number));
  }

  valueAt(place: number, number: number): number {
    return this.#sign * (this.#values[place * this.#stride + number] as number);
  }

  /** Takes a row while there is room, whatever its value. */
  fill(place: number, row: number): void {
    const count = this.#counts[place] as number;
    if (count === (this.#capacities[place] as number)) return;
    if (count === this.#stride) this.#widen();
    this.#counts[place] = count + 1;
    this.#rows[place * this.#stride + count] = row;
  }

  /** Takes a row when its value is among the best. */
  add(place: number, row: number, value: number): void {
    // The smallest are the largest of the negated.
    const own = this.#sign * value;
    const count = this.#counts[place] as number;
    const capacity = this.#capacities[place] as number;
    if (count < capacity) {
      if (count === this.#stride) this.#widen();
      this.#counts[place] = count + 1;
      this.#rise(place * this.#stride, count, row, own);
    } else if (count > 0 && isLess(this.#values[place * this.#stride] as number, own)) {
      if (own === own) this.#sink(place * this.#stride, count, row, own);
    } else return;
    if ((this.#counts[place] as number) === capacity)
      this.thresholds[place] = this.#values[place * this.#stride] as number;
  }

  /** Puts a row behind the last. */
  #rise(base: number, count: number, row: number, own: number): void {
    const [rows, values] = [this.#rows, this.#values];
    let child = count;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      const value = values[base + parent] as number;
      if (!isLess(own, value)) break;
      rows[base + child] = rows[base + parent] as number;
      values[base + child] = value;
      child = parent;
    }
    rows[base + child] = row;
    values[base + child] = own;
  }

  /** Puts a row in the place of the worst. */
  #sink(base: number, count: number, row: number, own: number): void {
    const [rows, values] = [this.#rows, this.#values];
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= count) break;
      if (child + 1 < count && isLess(values[base + child + 1] as number, values[base + child] as number)) child++;
      const value = values[base + child] as number;
      if (!isLess(value, own)) break;
      rows[base + parent] = rows[base + child] as number;
      values[base + parent] = value;
      parent = child;
    }
    rows[base + parent] = row;
    values[base + parent] = own;
  }

  /** Makes room for twice as many rows at each place. */
  #widen(): void {
    const stride = this.#stride * 2;
    const rows = new Int32Array(stride * this.#counts.length);
    const values = new Float64Array(rows.length);
    for (let place = 0; place < this.#counts.length; place++) {
      const from = place * this.#stride;
      rows.set(this.#rows.subarray(from, from + this.#stride), place * stride);
      values.set(this.#values.subarray(from, from + this.#stride), place * stride);
    }
    this.#stride = stride;
    this.#rows = rows;
    this.#values = values;
  }

  /** The rows of `place`, best first, NaN last. */
  ranked(place: number): number[] {
    const order = Array.from({ length: this.countAt(place) }, (_, number) => number);
    const base = place * this.#stride;
    order.sort((left, right) => {
      const [a, b] = [this.#values[base + left] as number, this.#values[base + right] as number];
      if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
      return a === b ? 0 : a > b ? -1 : 1;
    });
    return order.map((number) => this.rowAt(place, number));
  }
}
