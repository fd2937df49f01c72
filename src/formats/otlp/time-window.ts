// What becomes of a time that came from outside: times more than ten minutes ahead become the arrival time, times older than
// retention are expired. Times stay in halves of 32 bits, and nearly always the upper half (4.3 s) alone decides.

export const TimeVerdict = { good: 0, future: 1, expired: 2 } as const;

const TOLERANCE = 600_000_000_000n;
const DAY = 86_400_000_000_000n;

/** Splits nanoseconds into their upper 32 bits (signed) and lower 32 bits (unsigned). */
function halves(nanos: bigint): readonly [high: number, low: number] {
  return [Number(nanos >> 32n), Number(nanos & 0xffff_ffffn)];
}

export class TimeWindow {
  /** The arrival, in halves. */
  readonly receivedHigh: number;
  readonly receivedLow: number;
  readonly #futureHigh: number;
  readonly #futureLow: number;
  readonly #expiredHigh: number;
  readonly #expiredLow: number;
  #day = 0;
  // Upper halves that lie wholly within #day: first < high < last.
  #dayFirst = 0;
  #dayLast = 0;

  /** `expiredBefore` is the oldest time (ns) that is still kept. */
  constructor(received: bigint, expiredBefore: bigint) {
    [this.receivedHigh, this.receivedLow] = halves(received);
    [this.#futureHigh, this.#futureLow] = halves(received + TOLERANCE);
    [this.#expiredHigh, this.#expiredLow] = halves(expiredBefore);
  }

  /** Judges an unsigned 64-bit time. */
  judge(low: number, high: number): number {
    if (high > this.#expiredHigh && high < this.#futureHigh) return TimeVerdict.good;
    if (high > this.#futureHigh || (high === this.#futureHigh && low > this.#futureLow)) return TimeVerdict.future;
    if (high < this.#expiredHigh || (high === this.#expiredHigh && low < this.#expiredLow)) return TimeVerdict.expired;
    return TimeVerdict.good;
  }

  /** Days since 1970 of a time that was judged good. */
  dayOf(low: number, high: number): number {
    if (high > this.#dayFirst && high < this.#dayLast) return this.#day;
    const day = ((BigInt(high) << 32n) | BigInt(low)) / DAY;
    this.#day = Number(day);
    [this.#dayFirst] = halves(day * DAY);
    [this.#dayLast] = halves((day + 1n) * DAY);
    return this.#day;
  }
}
