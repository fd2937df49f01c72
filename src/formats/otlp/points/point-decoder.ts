// What the points of all metric kinds have in common: time, attributes, flags, exemplars. A kind says where they stand and adds its own fields.
import type { LabelPair } from '../../../model/series-identity.ts';
import { BadRow } from '../bad-row.ts';
import { readAttribute } from '../resource.ts';
import type { RowTally } from '../row-tally.ts';
import type { ExemplarValue, MetricFamily, SeriesWriter } from '../series-writer.ts';
import { TimeVerdict, type TimeWindow } from '../time-window.ts';
import type { WireReader } from '../wire-reader.ts';

const START_TIME = 0x11;
const TIME = 0x19;
const NO_RECORDED_VALUE = 1;
/** What an exemplar becomes at least. */
const EXEMPLAR_BYTES = 64;

/** Milliseconds of an unsigned 64-bit time in nanoseconds. */
export function millisOf(low: number, high: number): number {
  return Number(((BigInt(high) << 32n) | BigInt(low)) / 1_000_000n);
}

/** The tags of the fields that every kind has, but under different numbers. */
export interface PointTags {
  readonly attributes: number;
  readonly flags: number;
  /** 0: points of this kind have none. */
  readonly exemplars: number;
}

export abstract class PointDecoder {
  readonly #tags: PointTags;
  /** Start time of the point that is being decoded, halves. */
  protected startLow = 0;
  protected startHigh = 0;
  protected timeLow = 0;
  protected timeHigh = 0;
  protected exemplars: readonly ExemplarValue[] = [];

  constructor(tags: PointTags) {
    this.#tags = tags;
  }

  /** Forgets the fields of the point before. */
  protected abstract reset(): void;
  /** Takes a field of its own; false when it is not known. */
  protected abstract readField(tag: number, reader: WireReader, end: number): boolean;
  /** Throws a BadRow when the fields make no point. */
  protected abstract validate(): void;
  protected abstract write(
    writer: SeriesWriter,
    family: MetricFamily,
    labels: readonly LabelPair[],
    millis: number,
    isStale: boolean,
  ): void;

  /** Decodes the point `[reader.at, end)`. */
  decode(
    reader: WireReader,
    end: number,
    family: MetricFamily,
    writer: SeriesWriter,
    window: TimeWindow,
    tally: RowTally,
  ): void {
    const start = reader.at;
    tally.receive();
    try {
      this.#decode(reader, end, family, writer, window, tally);
    } catch (error) {
      if (!(error instanceof BadRow)) throw error;
      tally.quarantine(error.message, reader, start, end);
    }
    reader.at = end;
  }

  #decode(
    reader: WireReader,
    end: number,
    family: MetricFamily,
    writer: SeriesWriter,
    window: TimeWindow,
    tally: RowTally,
  ): void {
    const tags = this.#tags;
    const attributes: LabelPair[] = [];
    const exemplars: ExemplarValue[] = [];
    let flags = 0;
    this.startLow = 0;
    this.startHigh = 0;
    this.timeLow = 0;
    this.timeHigh = 0;
    this.reset();
    while (reader.at < end) {
      const tag = reader.readTag(end);
      if (tag === tags.attributes) {
        const { name, text } = readAttribute(reader, reader.readLength(end));
        attributes.push([name, text]);
      } else if (tag === TIME) {
        const at = reader.readFixed(8, end);
        this.timeLow = reader.view.getUint32(at, true);
        this.timeHigh = reader.view.getUint32(at + 4, true);
      } else if (tag === START_TIME) {
        const at = reader.readFixed(8, end);
        this.startLow = reader.view.getUint32(at, true);
        this.startHigh = reader.view.getUint32(at + 4, true);
      } else if (tag === tags.flags) flags = reader.readVarint(end);
      else if (tag === tags.exemplars) {
        const exemplar = readExemplar(reader, reader.readLength(end), window);
        tally.repeat(EXEMPLAR_BYTES);
        if (exemplar !== undefined) exemplars.push(exemplar);
      } else if (!this.readField(tag, reader, end)) reader.skip(tag, end);
    }
    if (this.timeLow === 0 && this.timeHigh === 0) {
      this.timeLow = window.receivedLow;
      this.timeHigh = window.receivedHigh;
    }
    const verdict = window.judge(this.timeLow, this.timeHigh);
    if (verdict === TimeVerdict.expired) {
      tally.expired++;
      return;
    }
    if (verdict === TimeVerdict.future) {
      // Samples are never moved to another time: a graph would show what never was.
      tally.refuse('the time of a data point lies more than ten minutes in the future');
      return;
    }
    const isStale = flags % 2 === NO_RECORDED_VALUE;
    if (!isStale) this.validate();
    const millis = millisOf(this.timeLow, this.timeHigh);
    this.exemplars = exemplars.map((one) => (one.millis === 0 ? { ...one, millis } : one));
    writer.describe(family);
    this.write(writer, family, writer.labelsOf(attributes), millis, isStale);
    if (writer.takeRefusal()) tally.refuse(`${family.name} has as many series as its budget allows`);
  }
}

/**
 * The Exemplar in `[reader.at, end)`, with 0 for a time that is not given; undefined when it has no value, or when its time lies outside
 * of what is kept: the data point counts without it.
 */
function readExemplar(reader: WireReader, end: number, window: TimeWindow): ExemplarValue | undefined {
  let value: number | undefined;
  let [low, high] = [0, 0];
  let traceId: Uint8Array | undefined;
  let spanId: Uint8Array | undefined;
  const labels: LabelPair[] = [];
  while (reader.at < end) {
    const tag = reader.readTag(end);
    if (tag === 0x11) {
      const at = reader.readFixed(8, end);
      low = reader.view.getUint32(at, true);
      high = reader.view.getUint32(at + 4, true);
    } else if (tag === 0x19) value = reader.view.getFloat64(reader.readFixed(8, end), true);
    else if (tag === 0x31) value = Number(reader.view.getBigInt64(reader.readFixed(8, end), true));
    else if (tag === 0x22 || tag === 0x2a) {
      const stop = reader.readLength(end);
      const id = reader.slice(reader.at, stop);
      if (tag === 0x2a && id.length === 16) traceId = id;
      else if (tag === 0x22 && id.length === 8) spanId = id;
      reader.at = stop;
    } else if (tag === 0x3a) {
      const { name, text } = readAttribute(reader, reader.readLength(end));
      labels.push([name, text]);
    } else reader.skip(tag, end);
  }
  const isKept = (low === 0 && high === 0) || window.judge(low, high) === TimeVerdict.good;
  return value === undefined || !isKept ? undefined : { millis: millisOf(low, high), value, traceId, spanId, labels };
}
