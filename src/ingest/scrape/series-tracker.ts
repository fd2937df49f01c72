// Which series of a target are new and which have ended, from one answer to the next.
import type { AnswerReader } from './answer-reader.ts';
import { SeriesMarks } from './series-marks.ts';
import type { TargetSeries } from './target-series.ts';

/** Series of a table, by their numbers. */
export interface SomeSeries {
  readonly table: TargetSeries;
  readonly numbers: Int32Array;
}

/** A series that has ended. */
export interface EndedSeries {
  readonly table: TargetSeries;
  readonly series: number;
}

/** Those that count for staleness in the answer that is taken. */
const tracked = new SeriesMarks();

export class SeriesTracker {
  readonly #reader: AnswerReader;
  readonly #trackTimestamps: boolean;
  /** Answers that were taken are counted from 1. */
  #lastGood = 0;
  /** The parsed answer whose series are the active ones; undefined when they are others. */
  #parsed: number | undefined;
  /** Series that end when the next answer lacks them. */
  #active: SomeSeries;
  /** Ended series that no frame has told yet, by fingerprint. */
  readonly #untold = new Map<bigint, EndedSeries>();

  /** With `trackTimestamps`, series with times of their own end like others; else they end by themselves. */
  constructor(reader: AnswerReader, trackTimestamps: boolean) {
    this.#reader = reader;
    this.#trackTimestamps = trackTimestamps;
    this.#active = this.#some(new Int32Array(0));
  }

  #some(numbers: Int32Array): SomeSeries {
    return { table: this.#reader.table, numbers };
  }

  /** Takes over what the target's tracker before a reload knew. */
  inherit({ active, ended }: SeriesTracker): void {
    this.#active = active;
    this.#parsed = undefined;
    for (const { table, series } of ended) this.#end(table, series);
  }

  get active(): SomeSeries {
    return this.#active;
  }

  #end(table: TargetSeries, series: number): void {
    this.#untold.set(table.fingerprintOf(series), { table, series });
  }

  /** The answer that was just read is taken: how many series are new. */
  take(): number {
    const reader = this.#reader;
    const { parsed, table, series, rows } = reader;
    // The same series as the last time.
    if (parsed === this.#parsed) return 0;
    const number = this.#lastGood + 1;
    const { goodAnswer } = table;
    const numbers = new Int32Array(rows);
    tracked.begin(table.size);
    let count = 0;
    let added = 0;
    for (let row = 0; row < rows; row++) {
      const one = series[row]!;
      if (goodAnswer[one] !== number) {
        if (goodAnswer[one] !== this.#lastGood) added++;
        goodAnswer[one] = number;
      }
      if ((this.#trackTimestamps || Number.isNaN(reader.timeOf(row))) && !tracked.has(one)) {
        tracked.note(one);
        numbers[count++] = one;
        if (this.#untold.size > 0) this.#untold.delete(table.fingerprintOf(one));
      }
    }
    this.#lastGood = number;
    this.#parsed = parsed;
    const { table: before, numbers: old } = this.#active;
    for (const one of old) {
      // In another table the series may have another number.
      const now = before === table ? one : table.find(before.low[one]!, before.high[one]!);
      if (now === -1 || !tracked.has(now)) this.#end(before, one);
    }
    this.#active = this.#some(count === rows ? numbers : numbers.slice(0, count));
    return added;
  }

  /** All series end: the scrape failed, or the target goes. */
  endAll(): void {
    const { table, numbers } = this.#active;
    for (const one of numbers) this.#end(table, one);
    this.#active = this.#some(new Int32Array(0));
    this.#parsed = undefined;
  }

  /** Series that have ended and are to be told. */
  get ended(): Iterable<EndedSeries> {
    return this.#untold.values();
  }

  /** The frame that told of the ended series is durable. */
  told(): void {
    this.#untold.clear();
  }
}
