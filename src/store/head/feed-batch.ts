// What the front tells the store of acknowledged frames: new series, and samples as columns. One batch is one message.
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { giveBack } from '../../base/regrow.ts';
import type { SampleColumns, SeriesColumns } from '../../model/metric-columns.ts';
import { FLOAT_SCALE } from '../../model/metric-columns.ts';

/** Describes the payload: the samples' columns one behind the other, then rows of series as RowBinary writes them. */
export interface FeedHead {
  /** Frames that the batch tells of, all of them. */
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly series: number;
  readonly seriesBytes: number;
  readonly samples: number;
  /** Whether the column of exact floats is among them. */
  readonly hasFloats: boolean;
}

/** Samples that a batch has room for at first. */
const FIRST_SAMPLES = 1 << 15;
const SAMPLE_BYTES = 33;

/** Where the rows of a batch lie: columns of samples, each with its part of one stretch of memory, and series. */
class FeedSpace {
  readonly room: number;
  readonly #memory: Uint8Array<ArrayBuffer>;
  readonly fingerprints: Uint8Array;
  readonly times: Uint8Array;
  readonly mantissas: Uint8Array;
  readonly floats: Uint8Array;
  readonly scales: Uint8Array;
  readonly series = new ByteBuffer(4096);

  constructor(room: number) {
    this.room = room;
    this.#memory = new Uint8Array(room * SAMPLE_BYTES);
    const column = (place: number, width: number): Uint8Array =>
      this.#memory.subarray(place * 8 * room, (place * 8 + width) * room);
    [this.fingerprints, this.times, this.mantissas, this.floats] = [
      column(0, 8),
      column(1, 8),
      column(2, 8),
      column(3, 8),
    ];
    this.scales = column(4, 1);
  }

  /** Nothing of it may be used afterwards. */
  giveBack(): void {
    giveBack(this.#memory);
    giveBack(this.series.bytes);
  }
}

/** A batch as one message. */
export interface TakenBatch {
  readonly head: FeedHead;
  /** The payload in pieces. */
  readonly pieces: readonly Uint8Array[];
  /** To be called when nobody reads the pieces any more: their memory is used again. */
  readonly release: () => void;
}

/** Collects frames until they are taken. */
export class FeedBatch {
  #space = new FeedSpace(FIRST_SAMPLES);
  /** One that was given back; what was sent is mostly taken before the next batch is full. */
  #free: FeedSpace | undefined;
  #seriesRows = 0;
  #samples = 0;
  #firstFrame = 0;
  #lastFrame = 0;

  get isEmpty(): boolean {
    return this.#firstFrame === 0;
  }

  get bytes(): number {
    return this.#space.series.length + this.#samples * SAMPLE_BYTES;
  }

  /** Notes a frame with the rows that it added to both batches. */
  add(frame: number, series: SeriesColumns, fromSeries: number, toSeries: number): void {
    if (this.#firstFrame === 0) this.#firstFrame = frame;
    this.#lastFrame = frame;
    for (let row = fromSeries; row < toSeries; row++) this.#addSeries(series, row);
  }

  addSamples(samples: SampleColumns, from: number, to: number): void {
    const at = this.#samples;
    this.#samples += to - from;
    if (this.#samples > this.#space.room) this.#grow(at);
    const { fingerprints, times, mantissas, floats, scales } = this.#space;
    fingerprints.set(samples.series.data.bytes.subarray(from * 8, to * 8), at * 8);
    times.set(samples.time.data.bytes.subarray(from * 8, to * 8), at * 8);
    mantissas.set(samples.mantissa.data.bytes.subarray(from * 8, to * 8), at * 8);
    floats.set(samples.float.data.bytes.subarray(from * 8, to * 8), at * 8);
    scales.set(samples.scale.data.bytes.subarray(from, to), at);
  }

  #grow(samples: number): void {
    const before = this.#space;
    this.#space = new FeedSpace(Math.max(this.#samples, before.room * 2));
    for (const name of ['fingerprints', 'times', 'mantissas', 'floats'] as const)
      this.#space[name].set(before[name].subarray(0, samples * 8));
    this.#space.scales.set(before.scales.subarray(0, samples));
    this.#space.series.append(before.series.contents());
  }

  #addSeries({ metric, series, day, labels }: SeriesColumns, row: number): void {
    this.#seriesRows++;
    const out = this.#space.series;
    out.copy(series.data.bytes, series.data.view, row * 8, row * 8 + 8);
    out.copy(day.data.bytes, day.data.view, row * 2, row * 2 + 2);
    const name = metric.indexes.get(row);
    writeText(out, metric.keys.data, metric.keys.startOf(name), metric.keys.endOf(name));
    const [start, end] = labels.entriesOf(row);
    out.writeVarint(end - start);
    const { keys, values } = labels;
    for (let entry = start; entry < end; entry++) {
      const key = keys.indexes.get(entry);
      writeText(out, keys.keys.data, keys.keys.startOf(key), keys.keys.endOf(key));
      writeText(out, values.data, values.startOf(entry), values.endOf(entry));
    }
  }

  /** The batch as one message; then it is empty. */
  take(): TakenBatch {
    const space = this.#space;
    const { fingerprints, times, mantissas, floats, series } = space;
    const samples = this.#samples;
    const scales = space.scales.subarray(0, samples);
    const hasFloats = scales.includes(FLOAT_SCALE);
    const columns = [fingerprints, times, mantissas, ...(hasFloats ? [floats] : [])];
    const pieces = [...columns.map((column) => column.subarray(0, samples * 8)), scales, series.contents()];
    const [firstFrame, lastFrame] = [this.#firstFrame, this.#lastFrame];
    const head = { firstFrame, lastFrame, series: this.#seriesRows, seriesBytes: series.length, samples, hasFloats };
    this.#space = this.#free ?? new FeedSpace(FIRST_SAMPLES);
    this.#free = undefined;
    this.#seriesRows = this.#samples = this.#firstFrame = this.#lastFrame = 0;
    const release = (): void => {
      // One that had to grow was for an uncommon frame; several are free when the store was behind.
      if (space.room > FIRST_SAMPLES || this.#free !== undefined) return space.giveBack();
      series.clear();
      this.#free = space;
    };
    return { head, pieces: pieces.filter(({ length }) => length > 0), release };
  }
}

function writeText(out: ByteBuffer, { bytes, view }: ByteBuffer, start: number, end: number): void {
  out.writeVarint(end - start);
  out.copy(bytes, view, start, end);
}
