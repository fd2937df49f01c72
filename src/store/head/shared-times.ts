// Series that were scraped together have the same times. They get the same array, so that what follows from times alone is worked
// out once for all of them, and so that most of the times are never written to memory.

/** Arrays that are kept; with more, the times of series have not much in common. */
const MAX_KEPT = 4096;

/** Arrays of times by the first time. */
export class SharedTimes {
  readonly #known = new Map<number, Float64Array>();

  /** The array that was kept last of those that begin with `firstMs`. */
  startingAt(firstMs: number): Float64Array | undefined {
    return this.#known.get(firstMs);
  }

  /** Keeps `times`, which are not to change any more; at least one. */
  keep(times: Float64Array): Float64Array {
    if (this.#known.size >= MAX_KEPT) this.#known.clear();
    this.#known.set(times[0]!, times);
    return times;
  }
}
