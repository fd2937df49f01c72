// The newest samples of all series in chunks, each series a chain from its newest chunk backwards. A chunk is one stretch of memory,
// times as differences, then values: 12 bytes a sample. What is known of chunks, 20 bytes each, stands apart, densely, so that walking
// along a chain looks at no samples; so does what appending has to know of a series' newest chunk: appending only writes to the chunk.
// Of samples that are all as far apart as the first two, as most are, no time is read: they are reckoned.
// Chunks are of a few sizes, small ones where there are many series; they lie in slabs that are never moved.
import { regrow } from '../../base/regrow.ts';
import { mergeEqualTimes } from '../../model/equal-times.ts';
import type { KnownTimes, SharedTimes } from './shared-times.ts';

/** Samples a chunk: as many as there is room for with all series that there are. The first is of those that live for a short time only. */
const SIZES = [4, 16, 32, 64, 128];
const FIRST_SIZE = 0;
const LEAST_SIZE = 1;
const SLAB_WORDS = 1 << 18;
/** What is known of a chunk, and of a series. */
const BYTES_A_CHUNK = 20;
const BYTES_A_SERIES = 29;
const PLACE_BITS = 13;
const PLACE_MASK = (1 << PLACE_BITS) - 1;
/** Chunks that a series should have at least before its oldest are given up. */
const CHUNKS_A_SERIES = 4;
const NONE = -1;
/** Distance of samples that are not all equally far apart. */
const IRREGULAR = 0;
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
  /** By place: the chunk before it. */
  readonly previous: Int32Array;
  /** When it begins (ms), how many samples it has, and their distance (ms) or IRREGULAR; of a newest chunk: as of the last note. */
  readonly bases: Float64Array;
  readonly counts: Int32Array;
  readonly distances: Int32Array;

  constructor(size: number) {
    this.size = size;
    this.chunkWords = size * 3;
    this.places = Math.min(PLACE_MASK + 1, Math.floor(SLAB_WORDS / this.chunkWords));
    this.words = new Int32Array(this.places * this.chunkWords);
    this.floats = new Float64Array(this.words.buffer);
    this.previous = new Int32Array(this.places);
    this.bases = new Float64Array(this.places);
    this.counts = new Int32Array(this.places);
    this.distances = new Int32Array(this.places);
  }

  get bytes(): number {
    return this.words.byteLength + this.places * BYTES_A_CHUNK;
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
  /** Of the newest chunk: how many samples it has, their distance, when it begins, and its last time. */
  #counts = new Int32Array(1024);
  #distances = new Int32Array(1024);
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
    return this.#slabs.reduce((sum, { bytes }) => sum + bytes, this.#newest.length * BYTES_A_SERIES);
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
    const at = (chunk & PLACE_MASK) * chunkWords + count;
    if (count === 1) this.#distances[series] = Math.max(delta, IRREGULAR);
    else if (delta !== count * (this.#distances[series] as number)) this.#distances[series] = IRREGULAR;
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
    this.#distances = regrow(this.#distances, length);
    this.#bases = regrow(this.#bases, length);
    this.#lasts = regrow(this.#lasts, length);
  }

  /** Notes of the newest chunk what is known of it. */
  #note(series: number): void {
    const chunk = this.#newest[series] ?? NONE;
    if (chunk === NONE) return;
    const { counts, distances } = this.#slabs[chunk >> PLACE_BITS] as Slab;
    counts[chunk & PLACE_MASK] = this.#counts[series] as number;
    distances[chunk & PLACE_MASK] = this.#distances[series] as number;
  }

  /** A new newest chunk for the series. */
  #take(series: number, base: number): number {
    this.#note(series);
    const fitting = this.#maxSamples / (this.#series * CHUNKS_A_SERIES);
    let kind = this.#newest[series] === NONE ? FIRST_SIZE : SIZES.length - 1;
    while (kind > LEAST_SIZE && (SIZES[kind] as number) > fitting) kind--;
    const chunk = this.#free[kind]!.pop() ?? this.#place(kind);
    const slab = this.#slabs[chunk >> PLACE_BITS] as Slab;
    const place = chunk & PLACE_MASK;
    slab.previous[place] = this.#newest[series] as number;
    slab.counts[place] = 0;
    slab.bases[place] = base;
    this.#newest[series] = chunk;
    this.#counts[series] = 0;
    // Of a single sample any distance holds.
    this.#distances[series] = 1;
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
    slab.counts[chunk & PLACE_MASK] = 0;
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
      chunk = (this.#slabs[chunk >> PLACE_BITS] as Slab).previous[chunk & PLACE_MASK] as number;
      if (chunk === NONE) return total;
      const { counts, bases } = this.#slabs[chunk >> PLACE_BITS] as Slab;
      count = counts[chunk & PLACE_MASK] as number;
      base = bases[chunk & PLACE_MASK] as number;
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
    let known: KnownTimes | undefined;
    let count = 0;
    for (let i = this.#length - 1; i >= 0; i--) {
      const chunk = chain[i] as number;
      const place = chunk & PLACE_MASK;
      const { words, floats, chunkWords, size, bases, counts, distances } = this.#slabs[chunk >> PLACE_BITS] as Slab;
      const deltas = place * chunkWords;
      const base = bases[place] as number;
      const held = (i === 0 ? this.#counts[series] : counts[place]) as number;
      const distance = (i === 0 ? this.#distances[series] : distances[place]) as number;
      let from: number;
      let behind: number;
      if (distance === IRREGULAR) {
        from = findDelta(words, deltas, 0, held, fromMs - base, true);
        behind = findDelta(words, deltas, from, held, toMs - base, false);
      } else {
        from = Math.min(Math.max(0, Math.ceil((fromMs - base) / distance)), held);
        behind = Math.min(Math.max(from, Math.floor((toMs - base) / distance) + 1), held);
      }
      const taken = behind - from;
      if (taken === 0) continue;
      const startMs = base + (distance === IRREGULAR ? (words[deltas + from] as number) : from * distance);
      if (count === 0) known = shared?.startingAt(startMs);
      if (
        known !== undefined &&
        !goesOnWith(known, count, startMs, distance, taken) &&
        !equalsTimes(known.times, count, words, deltas + from, taken, base)
      ) {
        times.set(known.times.subarray(0, count), timesAt);
        known = undefined;
      }
      if (known === undefined) {
        const timesEnd = timesAt + count - from;
        for (let sample = from; sample < behind; sample++)
          times[timesEnd + sample] = base + (words[deltas + sample] as number);
      }
      // As floats by the array, not one by one: a NaN that passes through arithmetic may lose its bits. Few are quicker word by word.
      const first = (deltas + size) >> 1;
      if (taken > FEW) values.set(floats.subarray(first + from, first + behind), at + count);
      else copyWords(words, (first + from) * 2, (first + behind) * 2, space.words, (at + count) * 2);
      count += taken;
    }
    if (known !== undefined && known.times.length !== count) {
      times.set(known.times.subarray(0, count), timesAt);
      known = undefined;
    }
    this.knownTimes = known?.times;
    return count;
  }

  /** Puts a series in order that got late or repeated samples. */
  #sort(series: number): void {
    this.#note(series);
    const space = makeSpace(this.countFrom(series, -Infinity));
    let count = 0;
    for (const chunk of this.#chain.subarray(0, this.#length).toReversed()) {
      const slab = this.#slabs[chunk >> PLACE_BITS]!;
      const place = chunk & PLACE_MASK;
      const start = place * slab.chunkWords;
      const base = slab.bases[place]!;
      for (let i = 0; i < slab.counts[place]!; i++, count++) {
        const value = start + slab.size + i * 2;
        space.times[count] = base + slab.words[start + i]!;
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
    const { words, chunkWords, bases, counts } = this.#slabs[chunk >> PLACE_BITS]!;
    const place = chunk & PLACE_MASK;
    const start = place * chunkWords;
    const count = counts[place]!;
    let last = count === 0 ? NaN : words[start]!;
    for (let i = 1; i < count; i++) last = Math.max(last, words[start + i]!);
    return bases[place]! + last;
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
    const { bases, counts, distances } = this.#slabs[chunk >> PLACE_BITS]!;
    const place = chunk & PLACE_MASK;
    this.#counts[series] = counts[place]!;
    this.#distances[series] = distances[place]!;
    this.#bases[series] = bases[place]!;
    this.#lasts[series] = this.#lastTime(chunk);
  }

  #dropBelow(horizon: number): void {
    for (let series = 0; series < this.#series; series++) {
      this.#note(series);
      let chunk = this.#newest[series]!;
      let newer = NONE;
      while (chunk !== NONE) {
        const older = this.#slabs[chunk >> PLACE_BITS]!.previous[chunk & PLACE_MASK]!;
        if (this.#lastTime(chunk) < horizon) {
          if (newer === NONE) this.#resume(series, older);
          else {
            this.#slabs[newer >> PLACE_BITS]!.previous[newer & PLACE_MASK] = older;
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

/** Whether `known` from `at` on has `count` times from `startMs` on that are `distance` apart; false also when it takes a look at each. */
function goesOnWith(known: KnownTimes, at: number, startMs: number, distance: number, count: number): boolean {
  if (at + count > known.times.length || known.times[at] !== startMs) return false;
  return count === 1 || (distance !== IRREGULAR && distance === known.distance);
}

/** Whether `known` from `at` on has the times of `count` samples. */
function equalsTimes(
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
