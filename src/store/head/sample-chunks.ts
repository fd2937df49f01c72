// The newest samples of all series in chunks, each series a chain from its newest chunk backwards. A chunk is one stretch of memory,
// so that reading it is one look into it and then a straight run: header, times as differences, values: 12 bytes a sample
// and 16 a chunk. What appending has to know of a series' newest chunk stands apart, densely: appending only writes to the chunk.
// Chunks are of a few sizes, small ones where there are many series; they lie in slabs that are never moved.
import { regrow } from '../../base/regrow.ts';
import { mergeEqualTimes } from '../../model/equal-times.ts';
import type { SharedTimes } from './shared-times.ts';

/** Samples a chunk: as many as there is room for with all series that there are. The first is of those that live for a short time only. */
const SIZES = [4, 16, 32, 64, 128];
const FIRST_SIZE = 0;
const LEAST_SIZE = 1;
/** Words of a chunk's header: the chunk before, count (of the newest: as of the last look), and when it begins (ms, 64-bit float). */
const PREVIOUS = 0;
const COUNT = 1;
const BASE = 2;
const HEADER = 4;
const SLAB_WORDS = 1 << 18;
const PLACE_BITS = 13;
const PLACE_MASK = (1 << PLACE_BITS) - 1;
/** Chunks that a series should have at least before its oldest are given up. */
const CHUNKS_A_SERIES = 4;
const NONE = -1;
const MAX_DELTA = 2 ** 31 - 1;
const HORIZON_PROBES = 4000;
/** So many values are copied sooner than a view of them is made. */
const FEW = 48;
/** Of all samples the share that is given up at a time. */
const EVICTED_SHARE = 1 / 8;

/** Room for samples that are gathered series by series. */
export interface SampleSpace {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly words: Int32Array;
}

/** Where in a space values and times are written. */
export interface SamplePlace {
  readonly space: SampleSpace;
  readonly at: number;
  readonly timesAt: number;
}

export function makeSpace(samples: number): SampleSpace {
  const values = new Float64Array(samples);
  return { times: new Float64Array(samples), values, words: new Int32Array(values.buffer) };
}

/** Memory of chunks of one size. */
class Slab {
  readonly size: number;
  readonly chunkWords: number;
  readonly words: Int32Array<ArrayBuffer>;
  readonly floats: Float64Array;
  readonly places: number;

  constructor(size: number) {
    this.size = size;
    this.chunkWords = HEADER + size * 3;
    this.places = Math.min(PLACE_MASK + 1, Math.floor(SLAB_WORDS / this.chunkWords));
    this.words = new Int32Array(this.places * this.chunkWords);
    this.floats = new Float64Array(this.words.buffer);
  }
}

export class SampleChunks {
  readonly #maxSamples: number;
  readonly #slabs: Slab[] = [];
  /** By the place of a size in SIZES: chunks that are not in use, the slab that is being filled and up to where. */
  readonly #free: number[][] = SIZES.map(() => []);
  readonly #filling = SIZES.map(() => ({ slab: NONE, used: 0 }));
  /** Samples that the chunks in use have room for. */
  #room = 0;
  /** By series: the newest chunk, and whether its samples are out of order. */
  #newest = new Int32Array(1024).fill(NONE);
  #unsorted = new Uint8Array(1024);
  /** Of the newest chunk: how many samples it has, when it begins, and its last time. */
  #counts = new Int32Array(1024);
  #bases = new Float64Array(1024);
  #lasts = new Float64Array(1024);
  #series = 0;
  /** Scratch: the chunks of a series from the newest on, `#length` of them. */
  #chain = new Int32Array(64);
  #length = 0;
  /** Of the series that was read last: its times, if they are an array that was known already. */
  knownTimes: Float64Array | undefined;
  /** Samples with times below may be missing. */
  floorMs = -Infinity;

  constructor(maxSamples: number) {
    this.#maxSamples = maxSamples;
  }

  get bytes(): number {
    return this.#slabs.reduce((sum, { words }) => sum + words.byteLength, this.#newest.length * 25);
  }

  /** Adds a sample; `low` and `high` are the bits of its value. */
  append(series: number, timeMs: number, low: number, high: number): void {
    if (series >= this.#series) this.#growSeries(series + 1);
    let chunk = this.#newest[series] as number;
    let count = this.#counts[series] as number;
    let delta = timeMs - (this.#bases[series] as number);
    if (chunk === NONE || count === (this.#slabs[chunk >> PLACE_BITS] as Slab).size || Math.abs(delta) > MAX_DELTA) {
      if (chunk !== NONE && timeMs <= (this.#lasts[series] as number)) this.#unsorted[series] = 1;
      chunk = this.#take(series, timeMs);
      count = delta = 0;
    } else if (timeMs <= (this.#lasts[series] as number)) this.#unsorted[series] = 1;
    const { words, chunkWords, size } = this.#slabs[chunk >> PLACE_BITS] as Slab;
    const at = (chunk & PLACE_MASK) * chunkWords + HEADER + count;
    words[at] = delta;
    words[at + size + count] = low;
    words[at + size + count + 1] = high;
    this.#counts[series] = count + 1;
    this.#lasts[series] = timeMs;
  }

  #growSeries(needed: number): void {
    this.#series = needed;
    if (needed <= this.#newest.length) return;
    const length = Math.max(needed, this.#newest.length * 2);
    const before = this.#newest.length;
    this.#newest = regrow(this.#newest, length).fill(NONE, before);
    this.#unsorted = regrow(this.#unsorted, length);
    this.#counts = regrow(this.#counts, length);
    this.#bases = regrow(this.#bases, length);
    this.#lasts = regrow(this.#lasts, length);
  }

  /** Writes into the newest chunk how many samples it has. */
  #note(series: number): void {
    const chunk = this.#newest[series] ?? NONE;
    if (chunk === NONE) return;
    const { words, chunkWords } = this.#slabs[chunk >> PLACE_BITS] as Slab;
    words[(chunk & PLACE_MASK) * chunkWords + COUNT] = this.#counts[series] as number;
  }

  /** A new newest chunk for the series. */
  #take(series: number, base: number): number {
    this.#note(series);
    const fitting = this.#maxSamples / (this.#series * CHUNKS_A_SERIES);
    let kind = this.#newest[series] === NONE ? FIRST_SIZE : SIZES.length - 1;
    while (kind > LEAST_SIZE && (SIZES[kind] as number) > fitting) kind--;
    const chunk = this.#free[kind]!.pop() ?? this.#place(kind);
    const slab = this.#slabs[chunk >> PLACE_BITS] as Slab;
    const at = (chunk & PLACE_MASK) * slab.chunkWords;
    slab.words[at + PREVIOUS] = this.#newest[series] as number;
    slab.words[at + COUNT] = 0;
    slab.floats[(at + BASE) >> 1] = base;
    this.#newest[series] = chunk;
    this.#counts[series] = 0;
    this.#bases[series] = base;
    this.#room += slab.size;
    return chunk;
  }

  #place(kind: number): number {
    const filling = this.#filling[kind]!;
    if (filling.slab === NONE || filling.used === this.#slabs[filling.slab]!.places) {
      filling.slab = this.#slabs.push(new Slab(SIZES[kind] as number)) - 1;
      filling.used = 0;
    }
    return (filling.slab << PLACE_BITS) | filling.used++;
  }

  #release(chunk: number): void {
    const slab = this.#slabs[chunk >> PLACE_BITS]!;
    slab.words[(chunk & PLACE_MASK) * slab.chunkWords + COUNT] = 0;
    this.#free[SIZES.indexOf(slab.size)]!.push(chunk);
    this.#room -= slab.size;
  }

  /** At least as many as there are samples from `fromMs` on; collects their chunks. */
  countFrom(series: number, fromMs: number): number {
    this.#length = 0;
    let chunk = this.#newest[series] ?? NONE;
    if (chunk === NONE) return 0;
    const isSorted = this.#unsorted[series] === 0;
    // Many series have ended: what is dense tells so, without a look into their chunks.
    if (isSorted && (this.#lasts[series] as number) < fromMs) return 0;
    let total = 0;
    let count = this.#counts[series] as number;
    let base = this.#bases[series] as number;
    for (;;) {
      if (this.#length === this.#chain.length) this.#chain = regrow(this.#chain, this.#length * 2);
      this.#chain[this.#length++] = chunk;
      total += count;
      // What stands before ended before this began.
      if (isSorted && base <= fromMs) return total;
      let slab = this.#slabs[chunk >> PLACE_BITS] as Slab;
      chunk = slab.words[(chunk & PLACE_MASK) * slab.chunkWords + PREVIOUS] as number;
      if (chunk === NONE) return total;
      slab = this.#slabs[chunk >> PLACE_BITS] as Slab;
      const at = (chunk & PLACE_MASK) * slab.chunkWords;
      count = slab.words[at + COUNT] as number;
      base = slab.floats[(at + BASE) >> 1] as number;
    }
  }

  /**
   * Writes the samples in [fromMs, toMs] to the place that `reserve` gives for at most so many, ordered, equal times merged; returns how
   * many there are. Their times are those of `knownTimes`, when it is set afterwards, an array of `shared`; otherwise they are written, too.
   */
  read(
    series: number,
    fromMs: number,
    toMs: number,
    reserve: (most: number) => SamplePlace,
    shared?: SharedTimes,
  ): number {
    if (this.#unsorted[series] === 1) this.#sort(series);
    const { space, at, timesAt } = reserve(this.countFrom(series, fromMs));
    const chain = this.#chain;
    const { times, values } = space;
    let known: Float64Array | undefined;
    let count = 0;
    for (let i = this.#length - 1; i >= 0; i--) {
      const chunk = chain[i] as number;
      const { words, floats, chunkWords, size } = this.#slabs[chunk >> PLACE_BITS] as Slab;
      const start = (chunk & PLACE_MASK) * chunkWords;
      const base = floats[(start + BASE) >> 1] as number;
      const deltas = start + HEADER;
      const held = (i === 0 ? this.#counts[series] : words[start + COUNT]) as number;
      const from = findDelta(words, deltas, 0, held, fromMs - base, true);
      const behind = findDelta(words, deltas, from, held, toMs - base, false);
      if (from === behind) continue;
      if (count === 0) known = shared?.startingAt(base + (words[deltas + from] as number));
      if (known !== undefined && !goOnWith(known, count, words, deltas + from, behind - from, base)) {
        times.set(known.subarray(0, count), timesAt);
        known = undefined;
      }
      if (known === undefined) {
        const timesEnd = timesAt + count - from;
        for (let sample = from; sample < behind; sample++)
          times[timesEnd + sample] = base + (words[deltas + sample] as number);
      }
      // As floats by the array, not one by one: a NaN that passes through arithmetic may lose its bits. Few are quicker word by word.
      const first = (deltas + size) >> 1;
      if (behind - from > FEW) values.set(floats.subarray(first + from, first + behind), at + count);
      else copyWords(words, (first + from) * 2, (first + behind) * 2, space.words, (at + count) * 2);
      count += behind - from;
    }
    if (known !== undefined && known.length !== count) {
      times.set(known.subarray(0, count), timesAt);
      known = undefined;
    }
    this.knownTimes = known;
    return count;
  }

  /** Puts a series in order that got late or repeated samples. */
  #sort(series: number): void {
    this.#note(series);
    const space = makeSpace(this.countFrom(series, -Infinity));
    let count = 0;
    for (const chunk of this.#chain.subarray(0, this.#length).toReversed()) {
      const slab = this.#slabs[chunk >> PLACE_BITS]!;
      const start = (chunk & PLACE_MASK) * slab.chunkWords;
      const base = slab.floats[(start + BASE) >> 1]!;
      for (let i = 0; i < slab.words[start + COUNT]!; i++, count++) {
        const value = start + HEADER + slab.size + i * 2;
        space.times[count] = base + slab.words[start + HEADER + i]!;
        space.words[count * 2] = slab.words[value]!;
        space.words[count * 2 + 1] = slab.words[value + 1]!;
      }
      this.#release(chunk);
    }
    this.#newest[series] = NONE;
    this.#unsorted[series] = 0;
    const sorted = sortSamples(space, count);
    const kept = mergeEqualTimes(sorted.times, sorted.words, sorted.values, count);
    for (let i = 0; i < kept; i++)
      this.append(series, sorted.times[i]!, sorted.words[i * 2]!, sorted.words[i * 2 + 1]!);
  }

  /** Gives up the oldest samples when there are too many; the floor rises. */
  evict(): void {
    while (this.#room > this.#maxSamples) {
      const before = this.#room;
      const horizon = this.#findHorizon();
      this.#dropBelow(horizon);
      if (horizon > this.floorMs) this.floorMs = horizon;
      // Series with one chunk each cannot be thinned out: then the bound is how many series there are.
      if (this.#room === before) return;
    }
  }

  /** When the chunk's last sample is; NaN for one that is not in use. */
  #lastTime(chunk: number): number {
    const slab = this.#slabs[chunk >> PLACE_BITS]!;
    const start = (chunk & PLACE_MASK) * slab.chunkWords;
    const count = slab.words[start + COUNT]!;
    let last = count === 0 ? NaN : slab.words[start + HEADER]!;
    for (let i = 1; i < count; i++) last = Math.max(last, slab.words[start + HEADER + i]!);
    return slab.floats[(start + BASE) >> 1]! + last;
  }

  /** A time below which about an eighth of the chunks ends. */
  #findHorizon(): number {
    const probes: number[] = [];
    const stride = Math.max(1, Math.floor(this.#series / HORIZON_PROBES));
    for (let series = 0; series < this.#series; series += stride) {
      this.#note(series);
      this.countFrom(series, -Infinity);
      for (const chunk of this.#chain.subarray(0, this.#length)) probes.push(this.#lastTime(chunk));
    }
    const sorted = Float64Array.from(probes).sort();
    return sorted[Math.floor(sorted.length * EVICTED_SHARE)]! + 1;
  }

  /** Makes `chunk` the newest of the series again. */
  #resume(series: number, chunk: number): void {
    this.#newest[series] = chunk;
    if (chunk === NONE) return;
    const { words, floats, chunkWords } = this.#slabs[chunk >> PLACE_BITS]!;
    const start = (chunk & PLACE_MASK) * chunkWords;
    this.#counts[series] = words[start + COUNT]!;
    this.#bases[series] = floats[(start + BASE) >> 1]!;
    this.#lasts[series] = this.#lastTime(chunk);
  }

  #dropBelow(horizon: number): void {
    for (let series = 0; series < this.#series; series++) {
      this.#note(series);
      let chunk = this.#newest[series]!;
      let newer = NONE;
      while (chunk !== NONE) {
        const slab = this.#slabs[chunk >> PLACE_BITS]!;
        const older = slab.words[(chunk & PLACE_MASK) * slab.chunkWords + PREVIOUS]!;
        if (this.#lastTime(chunk) < horizon) {
          if (newer === NONE) this.#resume(series, older);
          else {
            const after = this.#slabs[newer >> PLACE_BITS]!;
            after.words[(newer & PLACE_MASK) * after.chunkWords + PREVIOUS] = older;
          }
          this.#release(chunk);
        } else newer = chunk;
        chunk = older;
      }
    }
  }
}

/** First place in [from, to) whose difference is at or behind `limit`, or only behind it unless `isIncluded`; `to` when there is none. */
function findDelta(
  words: Int32Array,
  deltas: number,
  from: number,
  to: number,
  limit: number,
  isIncluded: boolean,
): number {
  const isFound = (place: number): boolean => {
    const delta = words[deltas + place] as number;
    return isIncluded ? delta >= limit : delta > limit;
  };
  // Most chunks lie inside of the range as a whole.
  if (from === to || isFound(from)) return from;
  if (!isFound(to - 1)) return to;
  // Samples come at regular times: it is where their mean distance says, or near it.
  const first = words[deltas + from] as number;
  const share = (limit - first) / ((words[deltas + to - 1] as number) - first);
  let place = from + Math.max(1, Math.ceil(share * (to - 1 - from)));
  while (isFound(place - 1)) place--;
  while (!isFound(place)) place++;
  return place;
}

/** Whether `known` from `at` on has the times of `count` samples. */
function goOnWith(
  known: Float64Array,
  at: number,
  words: Int32Array,
  deltas: number,
  count: number,
  base: number,
): boolean {
  if (at + count > known.length) return false;
  for (let i = 0; i < count; i++) if (known[at + i] !== base + (words[deltas + i] as number)) return false;
  return true;
}

function copyWords(source: Int32Array, from: number, behind: number, target: Int32Array, to: number): void {
  for (let i = from; i < behind; i++) target[to + i - from] = source[i] as number;
}

/** The first `count` samples ordered by time; of equal times the order is free. */
export function sortSamples(space: SampleSpace, count: number): SampleSpace {
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => space.times[a]! - space.times[b]!);
  const sorted = makeSpace(count);
  order.forEach((from, to) => {
    sorted.times[to] = space.times[from]!;
    sorted.words[to * 2] = space.words[from * 2]!;
    sorted.words[to * 2 + 1] = space.words[from * 2 + 1]!;
  });
  return sorted;
}
