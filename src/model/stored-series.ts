// Which series the tables have labels of, by the partition (day, retention class) that these stand in: what is in this set need not be
// written with the next block. It holds for one era, in which no labels go away; decision 14 says why that loses none.
import { FingerprintSet } from './fingerprint-set.ts';

/** Retention classes are fewer. */
const RETENTIONS = 256;
/** All partitions together: 8 to 24 bytes each. */
const MAX_SERIES = 4_000_000;
/** Days and classes that samples come in for at the same time; of more, the oldest days are written again and again. */
const MAX_PARTITIONS = 32;

/** A partition of the series as one signed 32-bit number: ascending by day. */
export const partitionOf = (day: number, retention: number): number => Math.imul(day, RETENTIONS) + retention;

/** Series as they were written: low and high half of the fingerprint and partition, one behind the other. */
export type WrittenKeys = Int32Array;
const KEY = 3;

export class StoredSeries {
  static #generations = 0;
  #generation = ++StoredSeries.#generations;
  #era: string | undefined;
  readonly #partitions = new Map<number, FingerprintSet>();
  readonly #maxSeries: number;

  constructor(maxSeries: number = MAX_SERIES) {
    this.#maxSeries = maxSeries;
  }

  /** What it says holds as long as the store's era is this one; undefined while it says nothing. */
  get era(): string | undefined {
    return this.#era;
  }

  /** Another number whenever something that it had goes, of whatever instance: as long as it is the same, what it has stays. */
  get generation(): number {
    return this.#generation;
  }

  /** How many labels are known to be stored. */
  get size(): number {
    let sum = 0;
    for (const { size } of this.#partitions.values()) sum += size;
    return sum;
  }

  has(low: number, high: number, partition: number): boolean {
    return this.#partitions.get(partition)?.has(low, high) === true;
  }

  /** These labels are durable in the tables, in this era. */
  add(era: string, keys: WrittenKeys): void {
    if (era !== this.#era) this.forget();
    this.#era = era;
    for (let at = 0; at < keys.length; at += KEY) {
      const partition = keys[at + 2]!;
      let set = this.#partitions.get(partition);
      if (set === undefined) this.#partitions.set(partition, (set = new FingerprintSet()));
      set.add(keys[at]!, keys[at + 1]!);
    }
    while (this.#partitions.size > MAX_PARTITIONS || this.size > this.#maxSeries) {
      this.#partitions.delete(Math.min(...this.#partitions.keys()));
      this.#generation = ++StoredSeries.#generations;
    }
  }

  /** Labels may be missing: all have to be written again. */
  forget(): void {
    this.#era = undefined;
    this.#partitions.clear();
    this.#generation = ++StoredSeries.#generations;
  }
}
