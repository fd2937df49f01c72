// Remote write 1.0: a WriteRequest in protobuf, packed with snappy, into columns.
//
//   const decoder = new RemoteWriteDecoder();                  // one a receiver (or a sender), kept: it learns the series
//   const result = decoder.decode(body, maxBytes);
//   if (!result.ok) …                                          // 400: result.error says why; nothing of the body counts
//   const { count, seriesIds, times, values, newSeries, … } = result.value;    // valid until the next decode
//
// `seriesIds[i]` is a small number that stands for the labels as long as the decoder lives; keep an array of your own by it.
// A series is in `newSeries` when it is met for the first time. A series with impossible labels has `problem` set, once; its samples
// are not in the columns but counted in `rejectedSamples`, so that the rest of the request is stored and the sender told.
// https://prometheus.io/docs/specs/prw/remote_write_spec/
import { compareStrings } from '../../base/compare-strings.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { Labels, METRIC_NAME } from '../../model/labels.ts';
import { hashLabels, LabelMemory } from './label-memory.ts';
import { PlainLabels, type PlainIdentity } from './plain-labels.ts';
import { FIXED_64, LENGTH_DELIMITED, ProtobufCursor, VARINT } from './protobuf-cursor.ts';
import { SnappyReader } from './snappy.ts';

const LABELS_TAG = (1 << 3) | LENGTH_DELIMITED;
const SAMPLES_TAG = (2 << 3) | LENGTH_DELIMITED;
const EXEMPLARS_TAG = (3 << 3) | LENGTH_DELIMITED;
const HISTOGRAMS_TAG = (4 << 3) | LENGTH_DELIMITED;
const TIME_SERIES_TAG = (1 << 3) | LENGTH_DELIMITED;
const METADATA_TAG = (3 << 3) | LENGTH_DELIMITED;
const NONE = -1;

/** A series that the decoder met for the first time. */
export interface NewSeries {
  readonly seriesId: number;
  /** Set when its labels stand there in canonical order and form; then there is no problem with them. */
  readonly plain: PlainIdentity | undefined;
  /** Decoded when they are asked for. */
  readonly labels: Labels;
  /** Why its samples are refused. */
  readonly problem: string | undefined;
}

class PlainSeries implements NewSeries {
  readonly seriesId: number;
  readonly plain: PlainIdentity;
  readonly problem = undefined;
  readonly #decode: (seriesId: number) => Labels;

  constructor(seriesId: number, plain: PlainIdentity, decode: (seriesId: number) => Labels) {
    this.seriesId = seriesId;
    this.plain = plain;
    this.#decode = decode;
  }

  get labels(): Labels {
    return this.#decode(this.seriesId);
  }
}

export interface WrittenExemplar {
  readonly seriesId: number;
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMs: number;
}

/** What is said of a metric family; `type` as protobuf numbers it: 0 unknown, 1 counter, 2 gauge, 3 histogram, 4 gauge histogram, 5 summary, 6 info, 7 state set. */
export interface WrittenMetadata {
  readonly metric: string;
  readonly type: number;
  readonly help: string;
  readonly unit: string;
}

/** A decoded request; the columns hold `count` samples and are used again by the next. */
export interface WriteRequest {
  readonly count: number;
  readonly seriesIds: Int32Array;
  /** Milliseconds since the epoch. */
  readonly times: Float64Array;
  /** Bit for bit as sent, stale markers too. */
  readonly values: Float64Array;
  readonly newSeries: readonly NewSeries[];
  readonly exemplars: readonly WrittenExemplar[];
  readonly metadata: readonly WrittenMetadata[];
  readonly rejectedSamples: number;
  /** Native histograms, which are not stored. */
  readonly skippedHistograms: number;
}

function findProblem(pairs: readonly (readonly [string, string])[]): string | undefined {
  let before: string | undefined;
  let hasName = false;
  const isSorted = pairs.every(([name], i) => i === 0 || compareStrings(pairs[i - 1]![0], name) < 0);
  const sorted = isSorted ? pairs : pairs.toSorted(([left], [right]) => compareStrings(left, right));
  for (const [name, value] of sorted) {
    if (name === '') return 'a label has an empty name';
    if (name === before) return `the label name ${JSON.stringify(name)} stands twice`;
    if (name.includes('\ufffd') || value.includes('\ufffd')) return 'a label is not valid UTF-8';
    if (name === METRIC_NAME && value !== '') hasName = true;
    before = name;
  }
  return hasName ? undefined : 'the series has no metric name';
}

/** Decodes requests one after the other and remembers their series. */
export class RemoteWriteDecoder {
  readonly #snappy = new SnappyReader();
  readonly #cursor = new ProtobufCursor();
  readonly #memory = new LabelMemory();
  readonly #plain = new PlainLabels();
  readonly #text = new TextDecoder('utf-8', { ignoreBOM: true });
  /** 1 where a series' samples are refused. */
  #refused = new Uint8Array(1024);
  #seriesIds = new Int32Array(4096);
  #times = new Float64Array(4096);
  #values = new Float64Array(4096);
  #words = new Int32Array(this.#values.buffer);
  #count = 0;
  #rejected = 0;
  #histograms = 0;
  #newSeries: NewSeries[] = [];
  #wasRefused = false;
  #exemplars: WrittenExemplar[] = [];
  #metadata: WrittenMetadata[] = [];

  /** How many series are remembered; replace the decoder when that is far above the number of live ones. */
  get knownSeries(): number {
    return this.#memory.size;
  }

  /** The labels of a series as they were sent: a message field a label, `bytes[start, end)`. Valid until the next decode. */
  rawLabels(seriesId: number): {
    readonly bytes: Uint8Array;
    readonly view: DataView;
    readonly start: number;
    readonly end: number;
  } {
    const start = this.#memory.startOf(seriesId);
    const { bytes, view } = this.#memory.arena;
    return { bytes, view, start, end: start + this.#memory.lengthOf(seriesId) };
  }

  /** Decodes a body packed with snappy; `maxBytes` bounds it unpacked. */
  decode(body: Uint8Array, maxBytes: number): Result<WriteRequest, string> {
    const unpacked = this.#snappy.read(body, maxBytes);
    return unpacked.ok ? this.decodeUnpacked(unpacked.value) : unpacked;
  }

  /** Decodes the protobuf message itself. */
  decodeUnpacked(message: Uint8Array): Result<WriteRequest, string> {
    const cursor = this.#cursor;
    cursor.load(message);
    this.#memory.start();
    this.#count = this.#rejected = this.#histograms = 0;
    // What a refused request taught is told with the next one.
    if (!this.#wasRefused) this.#newSeries = [];
    this.#wasRefused = true;
    this.#exemplars = [];
    this.#metadata = [];
    this.#reserve(message.length >> 1);
    const end = message.length;
    while (cursor.at < end && !cursor.isBroken) {
      const tag = cursor.readVarint();
      if (tag === TIME_SERIES_TAG) this.#timeSeries(cursor.readEnd(end));
      else if (tag === METADATA_TAG) this.#readMetadata(cursor.readEnd(end));
      else cursor.skip(tag & 7, end);
    }
    if (cursor.isBroken)
      return err(`the protobuf message is malformed near byte ${Math.min(cursor.at, end)} of ${end}`);
    this.#wasRefused = false;
    return ok({
      count: this.#count,
      seriesIds: this.#seriesIds,
      times: this.#times,
      values: this.#values,
      newSeries: this.#newSeries,
      exemplars: this.#exemplars,
      metadata: this.#metadata,
      rejectedSamples: this.#rejected,
      skippedHistograms: this.#histograms,
    });
  }

  /** Room for as many samples as a message can hold at most, so that the walk needs no checks. */
  #reserve(samples: number): void {
    if (samples <= this.#seriesIds.length) return;
    this.#seriesIds = new Int32Array(samples);
    this.#times = new Float64Array(samples);
    this.#values = new Float64Array(samples);
    this.#words = new Int32Array(this.#values.buffer);
  }

  #timeSeries(end: number): void {
    const cursor = this.#cursor;
    if (cursor.isBroken) return;
    const { view, at: start } = cursor;
    const memory = this.#memory;
    const count = this.#count;
    const rejected = this.#rejected;
    const histograms = this.#histograms;
    const exemplars = this.#exemplars.length;
    let id = NONE;
    const expected = memory.matchExpected(view, cursor.at, end);
    // Fast path: the labels that came here last time, and no label behind them.
    if (expected !== NONE) {
      const behind = cursor.at + memory.lengthOf(expected);
      if (behind === end || cursor.bytes[behind] !== LABELS_TAG) {
        id = expected;
        cursor.at = behind;
        memory.follow(id);
      }
    }
    const isExpected = id !== NONE;
    if (!isExpected) id = this.#findSeries(end);
    if (id === NONE || this.#readRows(id, end, isExpected)) return;
    // More labels stand behind the rows: it is another series than was expected.
    this.#count = count;
    this.#rejected = rejected;
    this.#histograms = histograms;
    this.#exemplars.length = exemplars;
    cursor.at = start;
    id = this.#findSeries(end);
    if (id !== NONE) this.#readRows(id, end, false);
  }

  /** Reads what a series has beside labels; with `stopsAtLabels` it stops at a label and returns false. */
  #readRows(id: number, end: number, stopsAtLabels: boolean): boolean {
    const cursor = this.#cursor;
    const isRefused = this.#refused[id] === 1;
    while (cursor.at < end && !cursor.isBroken) {
      const tag = cursor.readVarint();
      if (tag === SAMPLES_TAG) this.#sample(id, isRefused, cursor.readEnd(end));
      else if (tag === EXEMPLARS_TAG) this.#exemplar(id, cursor.readEnd(end));
      else {
        if (tag === LABELS_TAG && stopsAtLabels) return false;
        if (tag === HISTOGRAMS_TAG) this.#histograms++;
        cursor.skip(tag & 7, end);
      }
    }
    return true;
  }

  /** Finds or learns the labels of the message up to `end`; leaves the cursor behind the first run of them. −1 when they are cut off. */
  #findSeries(end: number): number {
    const cursor = this.#cursor;
    const start = cursor.at;
    let { bytes, view } = cursor;
    let [from, to] = [start, this.#labelRun(end)];
    const behind = to;
    if (this.#hasMoreLabels(end)) {
      // Labels that stand apart are put together first; no sender that we know does this.
      bytes = this.#gatherLabels(start, end);
      view = new DataView(bytes.buffer);
      [from, to] = [0, bytes.length];
    }
    // A part of a label must not be learned: it would be found again at the beginning of a whole one.
    if (cursor.isBroken) return NONE;
    cursor.at = behind;
    const key = hashLabels(view, from, to);
    let id = this.#memory.find(view, from, to, key);
    if (id === NONE) {
      id = this.#memory.add(bytes, view, from, to, key);
      this.#learn(id, bytes, from, to);
    }
    this.#memory.follow(id);
    return id;
  }

  /** Skips labels that follow each other; returns where they end. */
  #labelRun(end: number): number {
    const cursor = this.#cursor;
    while (cursor.at < end && cursor.bytes[cursor.at] === LABELS_TAG && !cursor.isBroken) {
      cursor.at++;
      cursor.at = cursor.readEnd(end);
    }
    return cursor.at;
  }

  #hasMoreLabels(end: number): boolean {
    const cursor = this.#cursor;
    while (cursor.at < end && !cursor.isBroken) {
      if (cursor.bytes[cursor.at] === LABELS_TAG) return true;
      cursor.skip(cursor.readVarint() & 7, end);
    }
    return false;
  }

  #gatherLabels(start: number, end: number): Uint8Array {
    const cursor = this.#cursor;
    const gathered: number[] = [];
    cursor.at = start;
    while (cursor.at < end && !cursor.isBroken) {
      const from = cursor.at;
      const tag = cursor.readVarint();
      cursor.skip(tag & 7, end);
      if (tag === LABELS_TAG) gathered.push(...cursor.bytes.subarray(from, cursor.at));
    }
    return Uint8Array.from(gathered);
  }

  #learn(seriesId: number, bytes: Uint8Array, from: number, to: number): void {
    if (seriesId >= this.#refused.length) {
      const refused = new Uint8Array(this.#refused.length * 2);
      refused.set(this.#refused);
      this.#refused = refused;
    }
    const plain = this.#plain.read(bytes, from, to);
    if (plain !== undefined) {
      this.#newSeries.push(new PlainSeries(seriesId, plain, this.#plainLabels));
      return;
    }
    const pairs = this.#decodeLabels(bytes.subarray(from, to), LABELS_TAG);
    const problem = pairs === undefined ? 'its labels are malformed' : findProblem(pairs);
    this.#refused[seriesId] = problem === undefined ? 0 : 1;
    this.#newSeries.push({ seriesId, plain, labels: Labels.of(pairs ?? []), problem });
  }

  readonly #plainLabels = (seriesId: number): Labels => {
    const { bytes, start, end } = this.rawLabels(seriesId);
    return Labels.of(this.#decodeLabels(bytes.subarray(start, end), LABELS_TAG) ?? []);
  };

  #decodeLabels(bytes: Uint8Array, labelTag: number): [string, string][] | undefined {
    const cursor = new ProtobufCursor();
    cursor.load(bytes);
    const pairs: [string, string][] = [];
    while (cursor.at < bytes.length && !cursor.isBroken) {
      const tag = cursor.readVarint();
      if (tag !== labelTag) {
        cursor.skip(tag & 7, bytes.length);
        continue;
      }
      const end = cursor.readEnd(bytes.length);
      const pair: [string, string] = ['', ''];
      while (cursor.at < end && !cursor.isBroken) {
        const field = cursor.readVarint();
        if (field === 10 || field === 18) {
          const stop = cursor.readEnd(end);
          pair[field === 10 ? 0 : 1] = this.#text.decode(bytes.subarray(cursor.at, stop));
          cursor.at = stop;
        } else cursor.skip(field & 7, end);
      }
      pairs.push(pair);
    }
    return cursor.isBroken ? undefined : pairs;
  }

  #sample(id: number, isRefused: boolean, end: number): void {
    const cursor = this.#cursor;
    let low = 0;
    let high = 0;
    let time = 0;
    while (cursor.at < end && !cursor.isBroken) {
      const tag = cursor.readVarint();
      if (tag === ((1 << 3) | FIXED_64)) {
        if (cursor.at + 8 > end) {
          cursor.isBroken = true;
          return;
        }
        low = cursor.view.getInt32(cursor.at, true);
        high = cursor.view.getInt32(cursor.at + 4, true);
        cursor.at += 8;
      } else if (tag === ((2 << 3) | VARINT)) time = cursor.readSigned();
      else cursor.skip(tag & 7, end);
    }
    if (cursor.at !== end) cursor.isBroken = true;
    if (isRefused) {
      this.#rejected++;
      return;
    }
    const at = this.#count++;
    this.#seriesIds[at] = id;
    this.#times[at] = time;
    // As integers: a NaN that passes through arithmetic may lose its bits.
    this.#words[2 * at] = low;
    this.#words[2 * at + 1] = high;
  }

  #exemplar(seriesId: number, end: number): void {
    const cursor = this.#cursor;
    const start = cursor.at;
    let value = 0;
    let timestampMs = 0;
    while (cursor.at < end && !cursor.isBroken) {
      const tag = cursor.readVarint();
      if (tag === ((2 << 3) | FIXED_64)) value = cursor.readDouble(end);
      else if (tag === ((3 << 3) | VARINT)) timestampMs = cursor.readSigned();
      else cursor.skip(tag & 7, end);
    }
    const pairs = this.#decodeLabels(cursor.bytes.subarray(start, end), LABELS_TAG) ?? [];
    this.#exemplars.push({ seriesId, labels: Labels.of(pairs), value, timestampMs });
  }

  #readMetadata(end: number): void {
    const cursor = this.#cursor;
    const texts = new Map<number, string>();
    let type = 0;
    while (cursor.at < end && !cursor.isBroken) {
      const tag = cursor.readVarint();
      if (tag === ((1 << 3) | VARINT)) type = cursor.readVarint();
      else if ((tag & 7) === LENGTH_DELIMITED) {
        const stop = cursor.readEnd(end);
        texts.set(tag >> 3, this.#text.decode(cursor.bytes.subarray(cursor.at, stop)));
        cursor.at = stop;
      } else cursor.skip(tag & 7, end);
    }
    this.#metadata.push({ metric: texts.get(2) ?? '', type, help: texts.get(4) ?? '', unit: texts.get(5) ?? '' });
  }
}
