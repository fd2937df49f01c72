// On which days the series of the index have samples: one bit for each day and series.

/** With more, the oldest is forgotten: of a million series a day takes 125 KB. */
const MAX_DAYS = 64;

/** Series by their numbers, one bit each; those behind its end are not in it. */
export type SeriesBits = Uint32Array<ArrayBuffer>;

export const hasSeries = (bits: SeriesBits, series: number): boolean =>
  ((bits[series >>> 5] ?? 0) & (1 << (series & 31))) !== 0;

export class SeriesDays {
  readonly #days = new Map<number, SeriesBits>();
  #forgottenDay = -Infinity;
  /** Every series has a day. */
  #isWhole = true;
  // Rows of one day follow each other.
  #lastDay = NaN;
  #last: SeriesBits = new Uint32Array(0);

  get bytes(): number {
    let bytes = 0;
    for (const bits of this.#days.values()) bytes += bits.byteLength;
    return bytes;
  }

  /** This day (since 1970) and those before are not known. */
  get forgottenDay(): number {
    return this.#forgottenDay;
  }

  /** The first and the last day of any series; Infinity and −Infinity when there is none. */
  get span(): readonly [first: number, last: number] {
    return [Math.min(...this.#days.keys()), Math.max(...this.#days.keys())];
  }

  note(series: number, day: number): void {
    if (day <= this.#forgottenDay) return;
    const word = series >>> 5;
    if (day !== this.#lastDay || word >= this.#last.length) this.#open(day, word);
    this.#last[word] = (this.#last[word] as number) | (1 << (series & 31));
  }

  #open(day: number, word: number): void {
    let bits = this.#days.get(day) ?? new Uint32Array(word + 1);
    if (word >= bits.length) {
      const grown = new Uint32Array(Math.max(word + 1, bits.length * 2));
      grown.set(bits);
      bits = grown;
    }
    this.#days.set(day, bits);
    this.#lastDay = day;
    this.#last = bits;
    if (this.#days.size > MAX_DAYS) this.#forgetFirst();
  }

  #forgetFirst(): void {
    const [first] = this.span;
    this.drop(first);
    this.#forgottenDay = first;
  }

  /** No series has samples on the day any more. */
  drop(day: number): void {
    if (!this.#days.delete(day)) return;
    this.#isWhole = false;
    if (this.#lastDay === day) this.#lastDay = NaN;
  }

  /** The series with samples on a day from `fromDay` to `toDay` (both included); undefined: all of them. */
  between(fromDay: number, toDay: number): SeriesBits | undefined {
    const [first, last] = this.span;
    if (this.#isWhole && fromDay <= first && toDay >= last) return undefined;
    const chosen = [...this.#days].filter(([day]) => day >= fromDay && day <= toDay).map(([, bits]) => bits);
    const all: SeriesBits = new Uint32Array(chosen.reduce((most, { length }) => Math.max(most, length), 0));
    for (const bits of chosen) bits.forEach((word, at) => (all[at] = (all[at] as number) | word));
    return all;
  }
}
