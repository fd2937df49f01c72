// When series came into the index after it was filled: they are numbered in the order of their arrival, so that one number a minute
// says which are new.

const MINUTE_MS = 60_000;
/** A day, and the minute in which it began. */
const MAX_MARKS = 24 * 60 + 1;

export class SeriesArrivals {
  /** For each minute with arrivals (ascending, a ring cut at its front) the first series that came in it. */
  readonly #marks: { readonly minute: number; readonly first: number }[] = [];
  #beganMs = Infinity;
  #size = 0;

  /** Arrivals are counted from here on (Unix ms); Infinity while the index is being filled. */
  get beganMs(): number {
    return this.#beganMs;
  }

  /** The index was filled: its `size` series are not new. */
  begin(nowMs: number, size: number): void {
    this.#marks.length = 0;
    this.#beganMs = nowMs;
    this.#size = size;
  }

  /** The index has `size` series now. */
  note(nowMs: number, size: number): void {
    if (size === this.#size || this.#beganMs === Infinity) return;
    const minute = Math.floor(nowMs / MINUTE_MS);
    const last = this.#marks.at(-1);
    // A clock that goes back counts into the minute that it was in.
    if (last === undefined || minute > last.minute) this.#marks.push({ minute, first: this.#size });
    if (this.#marks.length > MAX_MARKS) this.#marks.shift();
    this.#size = size;
  }

  /** The first series that came at `sinceMs` or later (to the minute); those from it on are new. */
  firstSince(sinceMs: number): number {
    const minute = Math.floor(sinceMs / MINUTE_MS);
    return this.#marks.find((mark) => mark.minute >= minute)?.first ?? this.#size;
  }
}
