// A set of series by fingerprint, each with its metric's number and the last day it was written on: 16 bytes a place, in one array, so that
// a look takes one place in memory; a million of them live as long as the process.
import { giveBack } from '../../base/regrow.ts';

const FIRST_PLACES = 256;
/** Words of a place: both halves of the fingerprint, metric and day. */
const LOW = 0;
const HIGH = 1;
const METRIC = 2;
const DAY = 3;
const WORDS = 4;
/** A place that is empty has metric 0, one that was given up has day 0. */
const NONE = 0;

export class SeriesTable {
  #places = new Int32Array(FIRST_PLACES * WORDS);
  #capacity = FIRST_PLACES;
  /** Places in use, given-up ones among them. */
  #used = 0;

  /** Where the place of the series begins, or the empty one where it belongs. */
  #find(low: number, high: number): number {
    const places = this.#places;
    const mask = this.#capacity - 1;
    for (let place = low & mask; ; place = (place + 1) & mask) {
      const at = place * WORDS;
      if (places[at + METRIC] === NONE || (places[at + LOW] === low && places[at + HIGH] === high)) return at;
    }
  }

  /** Whether the series is there; notes that it was written on `day`. */
  touch(low: number, high: number, day: number): boolean {
    const at = this.#find(low, high);
    const known = this.#places[at + DAY]!;
    if (known === NONE) return false;
    if (day > known) this.#places[at + DAY] = day;
    return true;
  }

  has(low: number, high: number): boolean {
    return this.#places[this.#find(low, high) + DAY] !== NONE;
  }

  /** Adds a series; `metric` and `day` (since 1970) are at least 1. */
  add(low: number, high: number, metric: number, day: number): void {
    if ((this.#used + 1) * 4 > this.#capacity * 3) this.#rebuild(1, this.#capacity * 2);
    const at = this.#find(low, high);
    if (this.#places[at + METRIC] === NONE) this.#used++;
    this.#write(at, low, high, metric, day);
  }

  #write(at: number, low: number, high: number, metric: number, day: number): void {
    this.#places[at + LOW] = low;
    this.#places[at + HIGH] = high;
    this.#places[at + METRIC] = metric;
    this.#places[at + DAY] = day;
  }

  delete(low: number, high: number): void {
    this.#places[this.#find(low, high) + DAY] = NONE;
  }

  /** Forgets the series that were not written since `day`, and calls `visit` with the metric of each that stays. */
  keepSince(day: number, visit: (metric: number) => void): void {
    this.#rebuild(day, this.#capacity);
    for (let at = METRIC; at < this.#places.length; at += WORDS) {
      const metric = this.#places[at]!;
      if (metric !== NONE) visit(metric);
    }
  }

  #rebuild(sinceDay: number, capacity: number): void {
    const before = this.#places;
    this.#places = new Int32Array(capacity * WORDS);
    this.#capacity = capacity;
    this.#used = 0;
    for (let from = 0; from < before.length; from += WORDS) {
      const metric = before[from + METRIC]!;
      const day = before[from + DAY]!;
      if (metric === NONE || day < sinceDay) continue;
      const [low, high] = [before[from + LOW]!, before[from + HIGH]!];
      this.#write(this.#find(low, high), low, high, metric, day);
      this.#used++;
    }
    giveBack(before);
  }
}
