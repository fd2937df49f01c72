// Which series came up in one pass over an answer. A pass ends before another one begins, so that all targets share the memory.
import { regrow } from '../../base/regrow.ts';

const FIRST_PLACES = 1024;
const GROWTH = 1.5;

export class SeriesMarks {
  #pass = 0;
  /** By the number of a series: the pass in which it came up last, and what was noted there. */
  #passes = new Int32Array(FIRST_PLACES);
  #texts = new Int32Array(FIRST_PLACES);
  #times = new Float64Array(FIRST_PLACES);

  /** Begins a pass over series with numbers below `size`: none of them came up. */
  begin(size: number): void {
    this.#reserve(size);
    this.#pass++;
  }

  #reserve(size: number): void {
    if (size <= this.#passes.length) return;
    const larger = Math.ceil(size * GROWTH);
    this.#passes = regrow(this.#passes, larger);
    this.#texts = regrow(this.#texts, larger);
    this.#times = regrow(this.#times, larger);
  }

  has(series: number): boolean {
    return this.#passes[series] === this.#pass;
  }

  /** Whether it came up in this pass, last with this time. */
  hasAt(series: number, time: number): boolean {
    return this.has(series) && Object.is(this.#times[series], time);
  }

  /** The text that it came up with last. */
  textOf(series: number): number {
    return this.#texts[series]!;
  }

  /** It comes up: with a text, and a time (NaN for none). */
  note(series: number, text = 0, time = NaN): void {
    if (series >= this.#passes.length) this.#reserve(series + 1);
    this.#passes[series] = this.#pass;
    this.#texts[series] = text;
    this.#times[series] = time;
  }
}
