// The hot head: all series of the last days, and the newest samples, in memory. It is a cache: what it has is in the spool or in the
// tables, and every answer is the same without it. Fed with every acknowledged frame, in order; what it missed (frames from before
// its start, from a time when the front could not tell) it takes from the blocks that are inserted.
import { regrow } from '../../base/regrow.ts';
import type { FeedHead } from './feed-batch.ts';
import { SampleChunks } from './sample-chunks.ts';
import { SeriesArrivals } from './series-arrivals.ts';
import { SpacePool } from './space-pool.ts';
import { SelectionLimit } from './selection-limit.ts';
import { NO_SERIES, SeriesIndex } from './series-index.ts';
import { SeriesSelector } from './series-selector.ts';

const WORD = 2 ** 32;
const POWERS = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000];
const FLOAT_SCALE = 127;
const DAY_MS = 86_400_000;

/** Samples as they come from the front or from a block. */
export interface SampleRows {
  readonly count: number;
  /** Low and high words. */
  readonly fingerprints: Int32Array;
  readonly times: Int32Array;
  readonly mantissas: Int32Array;
  readonly scales: Uint8Array;
  /** Undefined when no scale says that the value stands there. */
  readonly floats: Int32Array | undefined;
}

export class HotHead {
  readonly index = new SeriesIndex();
  readonly selector = new SeriesSelector(this.index);
  readonly arrivals = new SeriesArrivals();
  readonly chunks: SampleChunks;
  readonly spaces = new SpacePool();
  /** Frames without a gap that were fed. */
  #firstFrame = 0;
  #lastFrame = 0;
  /** After a series most likely comes the one that came last time. */
  #next = new Int32Array(1024).fill(NO_SERIES);
  #last = NO_SERIES;
  /** Samples with times from here on are all here. */
  #completeFromMs = Infinity;
  #indexedFromDay = Infinity;

  readonly maxSamples: number;
  readonly selections: SelectionLimit;

  constructor(maxSamples: number, selections: SelectionLimit = new SelectionLimit()) {
    this.maxSamples = maxSamples;
    this.selections = selections;
    this.chunks = new SampleChunks(maxSamples);
  }

  get bytes(): number {
    return this.index.bytes + this.chunks.bytes + this.#next.length * 4;
  }

  /** Samples (ms) from here on need no read of the tables. */
  get completeFromMs(): number {
    return Math.max(this.#completeFromMs, this.chunks.floorMs);
  }

  /** Whether the index has all series with samples on the day of `fromMs` and later. */
  knowsSeriesFrom(fromMs: number): boolean {
    return Math.floor(fromMs / DAY_MS) >= this.#indexedFromDay;
  }

  /** Whether the index also has, for each day from that of `fromMs` on, which series have samples on it. */
  knowsDaysFrom(fromMs: number): boolean {
    return this.knowsSeriesFrom(fromMs) && Math.floor(fromMs / DAY_MS) > this.index.days.forgottenDay;
  }

  /** The tables were read: all series from `day` on are known. */
  indexed(day: number): void {
    this.#indexedFromDay = day;
    this.arrivals.begin(Date.now(), this.index.size);
  }

  /** The tables were read: all samples from `fromMs` on are here. */
  loaded(fromMs: number): void {
    this.#completeFromMs = fromMs;
  }

  /** Whether all frames of a block were fed. */
  hasFrames(first: number, last: number): boolean {
    return this.#firstFrame !== 0 && first >= this.#firstFrame && last <= this.#lastFrame;
  }

  /** Takes frames that the front tells of; the payload stands at a multiple of four bytes in its memory. */
  feed(head: FeedHead, payload: Uint8Array): void {
    const { firstFrame, lastFrame, series, seriesBytes, samples, hasFloats } = head;
    if (this.#firstFrame === 0 || firstFrame !== this.#lastFrame + 1) this.#firstFrame = firstFrame;
    this.#lastFrame = lastFrame;
    const columns = payload.length - seriesBytes;
    // First the series: the samples are looked up by them.
    this.addSeries(payload.subarray(columns), series);
    const words = (place: number): Int32Array =>
      new Int32Array(payload.buffer, payload.byteOffset + place * 8 * samples, samples * 2);
    const missed = this.addSamples({
      count: samples,
      fingerprints: words(0),
      times: words(1),
      mantissas: words(2),
      floats: hasFloats ? words(3) : undefined,
      scales: payload.subarray((hasFloats ? 4 : 3) * 8 * samples, columns),
    });
    // Their labels came before this head began: it takes the block.
    if (missed > 0) this.#firstFrame = 0;
  }

  /** Enters series as RowBinary writes them. */
  addSeries(bytes: Uint8Array, rows: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0, row = 0; row < rows; row++) at = this.index.readRow(bytes, view, at);
    this.arrivals.note(Date.now(), this.index.size);
  }

  /** How many samples are of series that the index lacks, and were left out. */
  addSamples({ count, fingerprints, times, mantissas, scales, floats }: SampleRows): number {
    let missed = 0;
    const value = new Float64Array(1);
    const bits = new Int32Array(value.buffer);
    for (let i = 0, at = 0; i < count; i++, at += 2) {
      const series = this.seriesOf(fingerprints[at] as number, fingerprints[at + 1] as number);
      if (series === NO_SERIES) {
        missed++;
        continue;
      }
      const time = (times[at + 1] as number) * WORD + ((times[at] as number) >>> 0);
      const scale = scales[i] as number;
      if (scale === FLOAT_SCALE && floats !== undefined) {
        this.chunks.append(series, time, floats[at] as number, floats[at + 1] as number);
        continue;
      }
      const mantissa = (mantissas[at + 1] as number) * WORD + ((mantissas[at] as number) >>> 0);
      value[0] = mantissa / (POWERS[scale] as number);
      this.chunks.append(series, time, bits[0] as number, bits[1] as number);
    }
    this.chunks.evict();
    return missed;
  }

  /** The same for columns of an answer: UInt64 fingerprints, Int64 milliseconds, values. */
  addValues(series: BigUint64Array, times: BigInt64Array, values: Float64Array): void {
    const count = series.length;
    const ids = new Int32Array(series.buffer, series.byteOffset, count * 2);
    const stamps = new Int32Array(times.buffer, times.byteOffset, count * 2);
    const words = new Int32Array(values.buffer, values.byteOffset, count * 2);
    for (let at = 0; at < count * 2; at += 2) {
      const number = this.seriesOf(ids[at] as number, ids[at + 1] as number);
      if (number === NO_SERIES) continue;
      const time = (stamps[at + 1] as number) * WORD + ((stamps[at] as number) >>> 0);
      this.chunks.append(number, time, words[at] as number, words[at + 1] as number);
    }
    this.chunks.evict();
  }

  /** The number of a series, found by what came behind the last one before. */
  seriesOf(low: number, high: number): number {
    const last = this.#last;
    if (last !== NO_SERIES) {
      const foreseen = this.#next[last] as number;
      if (foreseen !== NO_SERIES && this.index.isFingerprint(foreseen, low, high)) return (this.#last = foreseen);
    }
    const found = this.index.find(low, high);
    if (found === NO_SERIES) return NO_SERIES;
    if (found >= this.#next.length) {
      const before = this.#next.length;
      this.#next = regrow(this.#next, Math.max(found + 1, before * 2)).fill(NO_SERIES, before);
    }
    if (last !== NO_SERIES) this.#next[last] = found;
    return (this.#last = found);
  }
}
