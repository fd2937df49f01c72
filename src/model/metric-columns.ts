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

/** A value that is kept as an exact float carries this scale. */
export const FLOAT_SCALE = 127;
const MAX_SCALE = 6;
const POWERS = Array.from({ length: MAX_SCALE + 1 }, (_, scale) => 10 ** scale);

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

  /** Writes only the value columns of a row. */
  pushValue(value: number): void {
    for (let scale = 0; scale <= MAX_SCALE; scale++) {
      const power = POWERS[scale]!;
      const mantissa = Math.round(value * power);
      if (!(Math.abs(mantissa) <= Number.MAX_SAFE_INTEGER)) break;
      if (mantissa / power === value && !Object.is(value, -0)) {
        this.mantissa.pushNumber(mantissa);
        this.scale.push(scale);
        this.float.push(0);
        return;
      }
    }
    this.mantissa.pushZero();
    this.scale.push(FLOAT_SCALE);
    this.float.push(value);
  }

  /** Writes the value columns of an exact float given as its 8 little-endian bytes: NaN payloads survive only so. */
  pushFloatBits(source: Uint8Array, start: number): void {
    this.mantissa.pushZero();
    this.scale.push(FLOAT_SCALE);
    this.float.pushBytes(source, start);
  }
}

/** One row a series and day that it has samples in: a dropped partition never leaves samples without labels. */
export class SeriesColumns extends ColumnBatch {
  // fingerprint → the day that was asked for last; other days stand in #otherDays.
  readonly #days = new Map<bigint, number>();
  readonly #otherDays = new Set<string>();

  /** Whether this series still has to be written for `day`; asking marks it as written. */
  isNew(series: bigint, day: number, retention = 0): boolean {
    const dayKey = day * 256 + retention;
    const known = this.#days.get(series);
    if (known === dayKey) return false;
    if (known === undefined) {
      this.#days.set(series, dayKey);
      return true;
    }
    const key = `${series}/${dayKey}`;
    if (this.#otherDays.has(key)) return false;
    this.#otherDays.add(key);
    return true;
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
    this.day.pushBytes(Uint8Array.of(day & 0xff, (day >> 8) & 0xff), 0);
    for (const [name, value] of labels) {
      this.labels.keys.push(name);
      this.labels.values.push(value);
    }
    this.labels.closeRow();
    this.resource.push(resource);
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
  }

  #forget(): void {
    this.#days.clear();
    this.#otherDays.clear();
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
