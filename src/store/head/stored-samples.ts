// Samples that the engine answers in any order of its parts: within a part they are ordered by series and time, so they come in
// long runs. The runs of a series are joined, and put in order where parts overlap.
import { mergeEqualTimes } from '../../model/equal-times.ts';
import type { ResultColumn } from '../../storage/ports/query-result.ts';
import type { HotHead } from './hot-head.ts';
import { NO_SERIES } from './series-index.ts';
import { makeSpace, sortSamples } from './sample-chunks.ts';

const WORD = 2 ** 32;

/** Samples of a series, ordered, each time once. */
export interface Samples {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

export const noSamples: Samples = { times: new Float64Array(0), values: new Float64Array(0) };
const wordsOf = ({ buffer, byteOffset, length }: Float64Array): Int32Array =>
  new Int32Array(buffer, byteOffset, length * 2);

/** Joins pieces of one series; equal times are merged. */
export function joinSamples(pieces: readonly Samples[], isOrdered: boolean): Samples {
  if (isOrdered && pieces.length === 1) return pieces[0]!;
  const count = pieces.reduce((sum, { times }) => sum + times.length, 0);
  const space = makeSpace(count);
  let at = 0;
  for (const { times, values } of pieces) {
    space.times.set(times, at);
    space.words.set(wordsOf(values), at * 2);
    at += times.length;
  }
  if (isOrdered) return space;
  const sorted = sortSamples(space, count);
  const kept = mergeEqualTimes(sorted.times, sorted.words, sorted.values, count);
  return { times: sorted.times.subarray(0, kept), values: sorted.values.subarray(0, kept) };
}

export class StoredSamples {
  readonly #head: HotHead;
  /** Number of a series → its place among those that are wanted. */
  readonly #places: Map<number, number>;
  readonly #pieces: Samples[][];
  /** Where each series' last piece ends; Infinity once its pieces are out of order. */
  readonly #ends: Float64Array;

  constructor(head: HotHead, numbers: Int32Array) {
    this.#head = head;
    this.#places = new Map(Array.from(numbers, (series, place) => [series, place]));
    this.#pieces = Array.from({ length: numbers.length }, () => []);
    this.#ends = new Float64Array(numbers.length).fill(-Infinity);
  }

  /** Takes a block of the answer: `series` (UInt64), `time` (Int64, ms), `value`. */
  add([series, time, values]: readonly ResultColumn[], rows: number): void {
    const { buffer, byteOffset } = series as BigUint64Array;
    const ids = new Int32Array(buffer as ArrayBuffer, byteOffset, rows * 2);
    const stamps = new Int32Array((time as BigInt64Array).buffer, (time as BigInt64Array).byteOffset, rows * 2);
    const times = new Float64Array(rows);
    for (let row = 0; row < rows; row++)
      times[row] = (stamps[row * 2 + 1] as number) * WORD + ((stamps[row * 2] as number) >>> 0);
    for (let from = 0, to = 0; from < rows; from = to) {
      const [low, high] = [ids[from * 2] as number, ids[from * 2 + 1] as number];
      let isOrdered = true;
      for (to = from + 1; to < rows && ids[to * 2] === low && ids[to * 2 + 1] === high; to++)
        if ((times[to] as number) <= (times[to - 1] as number)) isOrdered = false;
      const number = this.#head.seriesOf(low, high);
      const place = number === NO_SERIES ? undefined : this.#places.get(number);
      if (place === undefined) continue;
      if (!isOrdered || (times[from] as number) <= (this.#ends[place] as number)) this.#ends[place] = Infinity;
      else this.#ends[place] = times[to - 1] as number;
      const piece = { times: times.subarray(from, to), values: (values as Float64Array).subarray(from, to) };
      this.#pieces[place]!.push(piece);
    }
  }

  /** The samples of the series at `place`. */
  of(place: number): Samples {
    const pieces = this.#pieces[place]!;
    return pieces.length === 0 ? noSamples : joinSamples(pieces, this.#ends[place] !== Infinity);
  }
}
