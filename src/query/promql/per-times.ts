// What is worked out from times alone is the same for all series that share them: those that were scraped together, mostly.

/** Numbers that are kept in all, whatever the length of what is kept for one array of times. */
const MAX_KEPT_NUMBERS = 1 << 20;

/** Makes a `T` once for each array of times that is still in use; `size` is how many numbers one holds. */
export class PerTimes<T> {
  readonly #made = new Map<Float64Array, T>();
  readonly #make: (times: Float64Array) => T;
  readonly #limit: number;
  #lastTimes: Float64Array | undefined;
  #last: T | undefined;

  constructor(size: number, make: (times: Float64Array) => T) {
    this.#make = make;
    this.#limit = Math.max(1, Math.floor(MAX_KEPT_NUMBERS / size));
  }

  of(times: Float64Array): T {
    if (times === this.#lastTimes) return this.#last as T;
    let found = this.#made.get(times);
    if (found === undefined) {
      if (this.#made.size >= this.#limit) this.#made.clear();
      found = this.#make(times);
      this.#made.set(times, found);
    }
    this.#lastTimes = times;
    this.#last = found;
    return found;
  }
}
