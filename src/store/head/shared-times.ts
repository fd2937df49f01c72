// Series that were scraped together have the same times. They get the same array, so that what follows from times alone is worked
// out once for all of them, and so that most of the times are never written to memory.

/** Arrays that are kept; with more, the times of series have not much in common. */
const MAX_KEPT = 4096;

/** Rising times, and how far each is from the one before; 0 when they are not equally far apart. */
export interface KnownTimes {
  readonly times: Float64Array;
  readonly distance: number;
}

function distanceOf(times: Float64Array): number {
  const distance = times.length < 2 ? 0 : times[1]! - times[0]!;
  for (let i = 2; i < times.length; i++) if (times[i]! - times[i - 1]! !== distance) return 0;
  return distance;
}

/** Arrays of times by the first time. */
export class SharedTimes {
  readonly #known = new Map<number, KnownTimes>();

  /** The times that were kept last of those that begin with `firstMs`. */
  startingAt(firstMs: number): KnownTimes | undefined {
    return this.#known.get(firstMs);
  }

  /** Keeps `times`, which are not to change any more; at least one. */
  keep(times: Float64Array): Float64Array {
    if (this.#known.size >= MAX_KEPT) this.#known.clear();
    this.#known.set(times[0]!, { times, distance: distanceOf(times) });
    return times;
  }
}
