// Metrics as columns: series once, samples by series fingerprint (labels never stand on samples), exemplars, metadata, and
// histograms that are no classic ones. A series' identity is its canonical label set: sorted by name, `__name__` among them.
import { ColumnBatch } from './column-batch.ts';
import {
  DictionaryColumn,
  FixedColumn,
  Float64Column,
  Int64Column,
  MapColumn,
  StringColumn,
  Uint8Column,
} from './columns.ts';
import { SeriesMarks } from './series-marks.ts';
import { partitionOf, type StoredSeries, type WrittenKeys } from './stored-series.ts';

/** A value that is kept as an exact float carries this scale. */
export const FLOAT_SCALE = 127;
const MAX_SCALE = 6;
const WORD = 2 ** 32;
/** Later ones do not fit into two bytes. */
const LAST_DAY = 0xffff;
const POWERS = Array.from({ length: MAX_SCALE + 1 }, (_, scale) => 10 ** scale);

/** The scale with which `value` comes back bit by bit, or FLOAT_SCALE. */
function scaleOf(value: number): number {
  for (let scale = 0; scale <= MAX_SCALE; scale++) {
    const power = POWERS[scale] as number;
    const mantissa = Math.round(value * power);
    if (!(Math.abs(mantissa) <= Number.MAX_SAFE_INTEGER)) break;
    if (mantissa / power === value) return Object.is(value, -0) ? FLOAT_SCALE : scale;
  }
  return FLOAT_SCALE;
}

/** The `bytes` behind the rows of `column` as 32-bit words, to be written before its length grows. */
function wordsBehind({ data }: FixedColumn, bytes: number): Int32Array {
  data.reserve(bytes);
  return new Int32Array(data.bytes.buffer, data.length, bytes >> 2);
}

/**
 * Samples. A value stands as mantissa ÷ 10^scale where that division gives the same 64 bits again, else (NaN payloads such as
 * stale markers, −0, long fractions) exactly in `float` with scale FLOAT_SCALE.
 */
export class SampleColumns extends ColumnBatch {
  readonly metric = new DictionaryColumn();
  readonly series = new Int64Column();
  /** Milliseconds, signed. */
  readonly time = new Int64Column();
  readonly mantissa = new Int64Column();
  readonly scale = new Uint8Column();
  readonly float = new Float64Column();
  readonly retention = new Uint8Column();

  push(metricIndex: number, series: bigint, timeMillis: number, value: number, retention = 0): void {
    this.metric.pushIndex(metricIndex);
    this.series.push(series);
    this.time.pushNumber(timeMillis);
    this.pushValue(value);
    this.retention.push(retention);
    this.closeRow();
  }

  /**
   * Writes `count` samples at once: places in the metric dictionary, fingerprints as low and high 32 bits, times (ms), values.
   * `words` are the bits of `values`: those of a NaN survive. Without `retentions` all are of class 0.
   */
  pushMany(
    count: number,
    metrics: Int32Array,
    fingerprints: Int32Array,
    times: Float64Array,
    values: Float64Array,
    words: Int32Array,
    retentions?: Uint8Array,
  ): void {
    const { metric, series, time, mantissa, scale, float, retention } = this;
    const index = wordsBehind(metric.indexes, count * 4);
    const id = wordsBehind(series, count * 8);
    const stamp = wordsBehind(time, count * 8);
    const scaled = wordsBehind(mantissa, count * 8);
    const exact = wordsBehind(float, count * 8);
    scale.data.reserve(count);
    const scales = scale.data.bytes.subarray(scale.rows);
    for (let i = 0, at = 0; i < count; i++, at += 2) {
      const milliseconds = times[i] as number;
      const value = values[i] as number;
      index[i] = metrics[i] as number;
      id[at] = fingerprints[at] as number;
      id[at + 1] = fingerprints[at + 1] as number;
      stamp[at] = milliseconds | 0;
      stamp[at + 1] = Math.floor(milliseconds / WORD);
      const by = scaleOf(value);
      scales[i] = by;
      if (by === FLOAT_SCALE) {
        scaled[at] = scaled[at + 1] = 0;
        exact[at] = words[at] as number;
        exact[at + 1] = words[at + 1] as number;
      } else {
        const whole = Math.round(value * (POWERS[by] as number));
        scaled[at] = whole | 0;
        scaled[at + 1] = Math.floor(whole / WORD);
        exact[at] = exact[at + 1] = 0;
      }
    }
    metric.indexes.data.length += count * 4;
    for (const column of [series, time, mantissa, float]) column.data.length += count * 8;
    scale.data.length += count;
    const before = retention.rows;
    retention.fillZero(before + count);
    if (retentions !== undefined) retention.data.bytes.set(retentions.subarray(0, count), before);
    this.closeRows(count);
  }

  /** Writes only the value columns of a row. */
  pushValue(value: number): void {
    const scale = scaleOf(value);
    this.scale.push(scale);
    if (scale === FLOAT_SCALE) {
      this.mantissa.pushZero();
      this.float.push(value);
    } else {
      this.mantissa.pushNumber(Math.round(value * POWERS[scale]!));
      this.float.push(0);
    }
  }

  /** Writes the value columns of an exact float given as its 8 little-endian bytes: NaN payloads survive only so. */
  pushFloatBits(source: Uint8Array, start: number): void {
    this.mantissa.pushZero();
    this.scale.push(FLOAT_SCALE);
    this.float.pushBytes(source, start);
  }
}

/**
 * One row a series and day that it has samples in, unless the tables have it already: a dropped partition never leaves samples without
 * labels.
 */
export class SeriesColumns extends ColumnBatch {
  readonly #stored: StoredSeries | undefined;
  readonly #marks = new SeriesMarks();
  #reliesOn: string | undefined;
  static #generations = 0;
  #generation = ++SeriesColumns.#generations;

  /** With `stored`, what it has is left out. */
  constructor(stored?: StoredSeries) {
    super();
    this.#stored = stored;
  }

  /** Labels were left out that the tables have in this era; undefined when none were. */
  get reliesOn(): string | undefined {
    return this.#reliesOn;
  }

  /** Another number whenever series that were written are forgotten, of whatever block: what somebody remembers of it is void then. */
  get generation(): number {
    return this.#generation;
  }

  /** Whether this series still has to be written for `day`; asking marks it as written. */
  isNew(series: bigint, day: number, retention = 0): boolean {
    const [low, high] = [BigInt.asIntN(32, series), BigInt.asIntN(32, series >> 32n)];
    return this.isNewOf(Number(low), Number(high), day, retention);
  }

  /** The same for a fingerprint as two signed numbers. */
  isNewOf(low: number, high: number, day: number, retention: number): boolean {
    if (this.isStored(low, high, day, retention)) return false;
    return this.#marks.add(low, high, partitionOf(day, retention));
  }

  /** As long as it is the same, labels that are stored stay so: see `relyOnStored`. 0 when nothing is known of what is stored. */
  get storedGeneration(): number {
    return this.#stored?.generation ?? 0;
  }

  /** Whether the tables have the labels for that day; if so, the block relies on it. */
  isStored(low: number, high: number, day: number, retention: number): boolean {
    if (this.#stored === undefined || day < 0 || day > LAST_DAY) return false;
    if (!this.#stored.has(low, high, partitionOf(day, retention))) return false;
    this.relyOnStored();
    return true;
  }

  /** Labels are left out of which `isStored` was told in the same generation of what is stored. */
  relyOnStored(): void {
    // The first that is relied on: should it be over, the block lacks what was left out then.
    this.#reliesOn ??= this.#stored?.era;
  }

  /** What its rows are of. */
  keys(): WrittenKeys {
    const keys = new Int32Array(this.rows * 3);
    const { view } = this.series.data;
    const { bytes } = this.day.data;
    for (let row = 0, at = 0; row < this.rows; row++) {
      keys[at++] = view.getInt32(row * 8, true);
      keys[at++] = view.getInt32(row * 8 + 4, true);
      keys[at++] = partitionOf(bytes[row * 2]! + bytes[row * 2 + 1]! * 256, this.retention.get(row));
    }
    return keys;
  }

  /** Writes one series: `labels` without `__name__`, sorted by name. */
  push(
    metric: string,
    series: bigint,
    day: number,
    labels: Iterable<readonly [string, string]>,
    resource = 0n,
    retention = 0,
  ): void {
    this.metric.push(metric);
    this.series.push(series);
    this.#pushDay(day);
    for (const [name, value] of labels) {
      this.labels.keys.push(name);
      this.labels.values.push(value);
    }
    this.labels.closeRow();
    this.resource.push(resource);
    this.retention.push(retention);
    this.closeRow();
  }

  /** Begins a row of which only the labels are missing; they follow by `labels`, then `closeLabels`. */
  open(metricIndex: number, seriesLow: number, seriesHigh: number, day: number): void {
    this.metric.pushIndex(metricIndex);
    this.series.pushParts(seriesLow >>> 0, seriesHigh);
    this.#pushDay(day);
  }

  #pushDay(day: number): void {
    const { data } = this.day;
    data.reserve(2);
    data.bytes[data.length++] = day & 0xff;
    data.bytes[data.length++] = (day >> 8) & 0xff;
  }

  closeLabels(retention = 0): void {
    this.labels.closeRow();
    this.resource.pushZero();
    this.retention.push(retention);
    this.closeRow();
  }

  override truncate(rows: number): void {
    // What was cut off has to be written again when it comes again; writing one twice does no harm.
    if (rows < this.rows) this.#forget();
    super.truncate(rows);
  }

  override clear(): void {
    super.clear();
    this.#forget();
    this.#reliesOn = undefined;
  }

  #forget(): void {
    this.#marks.clear();
    this.#generation = ++SeriesColumns.#generations;
  }

  readonly metric = new DictionaryColumn();
  readonly series = new Int64Column();
  /** Days since 1970-01-01, two bytes. */
  readonly day = new FixedColumn(2);
  /** All labels but `__name__`, sorted by name. */
  readonly labels = new MapColumn(new StringColumn());
  /** Fingerprint of the OTLP resource that it came from; 0 is none. */
  readonly resource = new Int64Column();
  readonly retention = new Uint8Column();
}

export class ExemplarColumns extends ColumnBatch {
  readonly metric = new DictionaryColumn();
  readonly series = new Int64Column();
  readonly time = new Int64Column();
  readonly value = new Float64Column();
  readonly traceId = new FixedColumn(16);
  readonly spanId = new FixedColumn(8);
  readonly labels = new MapColumn(new StringColumn());
  readonly retention = new Uint8Column();
}

/** What a metric family says of itself; the newest row of a metric counts. */
export class MetadataColumns extends ColumnBatch {
  readonly metric = new DictionaryColumn();
  /** counter, gauge, histogram, summary, info, stateset, unknown. */
  readonly type = new DictionaryColumn();
  readonly unit = new DictionaryColumn();
  readonly help = new StringColumn();
  /** Milliseconds. */
  readonly time = new Int64Column();
}

/** Exponential histograms, whole: `data` is the JSON of one data point as OTLP/JSON writes it, without attributes and exemplars. */
export class HistogramColumns extends ColumnBatch {
  readonly metric = new DictionaryColumn();
  readonly series = new Int64Column();
  readonly time = new Int64Column();
  readonly data = new StringColumn();
  readonly retention = new Uint8Column();
}
