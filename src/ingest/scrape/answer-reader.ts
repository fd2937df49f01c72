// Reads the answers of one target into columns: the series of each sample as it is stored, value and time. A series that was seen
// before costs no decoding, and of an answer that differs from the one before in its values alone only these are read. Everything here
// is made anew from any answer; what is remembered only makes it faster.
import { regrow } from '../../base/regrow.ts';
import { ownText } from '../../base/own-text.ts';
import type { Exemplar, ExpositionSample, ExpositionSink, MetricType } from '../../formats/exposition/sink.ts';
import { BodyOutline } from '../../formats/exposition/body-outline.ts';
import { SeriesMemory } from '../../formats/exposition/series-memory.ts';
import { parseOpenMetrics } from '../../formats/openmetrics/parse.ts';
import { parsePrometheusText } from '../../formats/prometheus-text/parse.ts';
import type { LabelPair } from '../../model/series-identity.ts';
import { SeriesMarks } from './series-marks.ts';
import { refuseSeries, SeriesMaker, type SeriesLimits, type SeriesRules } from './series-rules.ts';
import { TargetSeries } from './target-series.ts';

export type AnswerFormat = 'text' | 'openmetrics';

/** The memory begins again when it holds far more series than the last answer. */
const MAX_MEMORY_RATIO = 4;
const MIN_MEMORY = 10_000;
const FIRST_ROWS = 16;
const GROWTH = 1.5;

/** What an answer says of a metric. */
export interface Family {
  type: MetricType;
  unit: string;
  help: string;
  /** The answer that spoke of it last. */
  answer: number;
}

export interface ReadExemplar {
  /** Its number among those of the target. */
  readonly series: number;
  /** Time of its sample; NaN is that of the scrape. */
  readonly time: number;
  readonly exemplar: Exemplar;
}

/** Ends the parse of an answer that cannot be taken. */
class AnswerRefused extends Error {}

/** What the answer that is parsed has had so far. */
const marks = new SeriesMarks();

/** A text that was not seen yet, and one whose series metric_relabel_configs drop. */
const UNKNOWN = -1;
const DROPPED = -2;

export class AnswerReader implements ExpositionSink {
  readonly #maker: SeriesMaker;
  readonly #limits: SeriesLimits | undefined;
  readonly #honorTimestamps: boolean;
  #memory = new SeriesMemory();
  #outline = new BodyOutline(this.#memory);
  #format: AnswerFormat = 'text';
  /** The samples of the answer that was parsed that became no rows, counted from 0. */
  #skipped: number[] = [];
  /** The series by the number that the memory gives its text; two texts may become one series. */
  #known = new Int32Array(FIRST_ROWS).fill(UNKNOWN);
  /** The target's series. */
  table = new TargetSeries();
  /** How many answers were read; the number of the current one. */
  number = 0;
  /** The number of the answer that the current one differs from in values alone; its own when it was parsed. */
  parsed = 0;
  /** Samples of the answer, and those that relabelling left. */
  scraped = 0;
  kept = 0;
  /** Samples whose text came twice, without times of their own; the first counts. They are not held against a limit. */
  repeated = 0;
  /** Samples to store, in `series`, `values`, `timeOf`. */
  rows = 0;
  series = new Int32Array(FIRST_ROWS);
  values = new Float64Array(FIRST_ROWS);
  /** Empty while no sample of an answer had a time of its own. */
  #times = new Float64Array(0);
  exemplars: ReadExemplar[] = [];
  readonly families = new Map<string, Family>();
  /** The series of the samples about the scrape itself, and their numbers by name. */
  readonly reports = new TargetSeries();
  readonly #reportNumbers = new Map<string, number>();

  /** Without limits nothing is refused: for an answer that was judged before. */
  constructor(rules: SeriesRules, honorTimestamps: boolean, limits?: SeriesLimits) {
    this.#maker = new SeriesMaker(rules);
    this.#honorTimestamps = honorTimestamps;
    this.#limits = limits;
  }

  /** The number among `reports` of a sample about the scrape itself. */
  reportSeries(name: string, target: readonly LabelPair[]): number {
    let series = this.#reportNumbers.get(name);
    if (series === undefined) {
      series = this.reports.add([['__name__', name], ...target]);
      this.#reportNumbers.set(name, series);
    }
    return series;
  }

  /** How many series are remembered. */
  get size(): number {
    return this.#memory.size;
  }

  /** The own time of a sample, ms; NaN is the time of the scrape. */
  timeOf(row: number): number {
    return this.#times.length === 0 ? NaN : this.#times[row]!;
  }

  /** Reads an answer; the reason when it cannot be taken. What was read of it stays in the columns until the next one. */
  read(answer: Uint8Array, format: AnswerFormat): string | undefined {
    // What one format takes for a series the other may refuse.
    this.#begin(format !== this.#format);
    this.#format = format;
    if (this.#readValues(answer)) return undefined;
    this.parsed = this.number;
    this.scraped = this.kept = this.repeated = this.rows = 0;
    this.#skipped = [];
    this.#outline.start();
    marks.begin(this.table.size);
    const reason = this.#parse(answer, format);
    if (reason === undefined) this.#outline.learn(answer);
    return reason;
  }

  /** Reads an answer that differs from the one that was parsed in its values alone; false when it is another one. */
  #readValues(answer: Uint8Array): boolean {
    while (this.values.length < this.scraped) this.#grow();
    if (!this.#outline.read(answer, this.values)) return false;
    // The first of many, most likely.
    if (this.number === this.parsed + 1) {
      this.#memory.fit();
      this.table.fit();
    }
    const skipped = this.#skipped;
    for (let i = 0; i < skipped.length; i++)
      this.values.copyWithin(skipped[i]! - i, skipped[i]! + 1, skipped[i + 1] ?? this.scraped);
    return true;
  }

  #parse(answer: Uint8Array, format: AnswerFormat): string | undefined {
    try {
      const result =
        format === 'openmetrics'
          ? parseOpenMetrics(answer, this, { memory: this.#memory })
          : parsePrometheusText(answer, this, this.#memory);
      if (result.ok) return undefined;
      return `line ${result.error.line}, column ${result.error.column}: ${result.error.message}`;
    } catch (error) {
      if (error instanceof AnswerRefused) return error.message;
      throw error;
    }
  }

  #begin(isOtherFormat: boolean): void {
    const isLarge = this.#memory.size > Math.max(MIN_MEMORY, this.scraped * MAX_MEMORY_RATIO);
    if (isLarge) {
      // Series of the last answer go on as they are, under other numbers.
      const before = this.table;
      this.table = new TargetSeries();
      for (const series of new Set(this.series.subarray(0, this.rows))) this.table.take(before, series);
    }
    if (isLarge || isOtherFormat) {
      this.#memory = new SeriesMemory();
      this.#outline = new BodyOutline(this.#memory);
      this.#known = new Int32Array(FIRST_ROWS).fill(UNKNOWN);
      this.families.clear();
    }
    this.number++;
    if (this.exemplars.length > 0) this.exemplars = [];
  }

  sample(sample: ExpositionSample): void {
    const number = this.scraped++;
    const { seriesId } = sample;
    this.#outline.note(seriesId);
    let series = seriesId < this.#known.length ? (this.#known[seriesId] as number) : UNKNOWN;
    if (series === UNKNOWN) series = this.#add(sample);
    if (series === DROPPED) return void this.#skipped.push(number);
    this.kept++;
    const time = this.#honorTimestamps ? (sample.timestampMs ?? NaN) : NaN;
    if (marks.hasAt(series, time)) {
      if (Number.isNaN(time) && marks.textOf(series) === seriesId) this.repeated++;
      this.#skipped.push(number);
      return;
    }
    marks.note(series, seriesId, time);
    const row = this.rows++;
    if (row === this.values.length) this.#grow();
    this.series[row] = series;
    this.values[row] = sample.value;
    if (this.#times.length === 0 && !Number.isNaN(time)) this.#times = new Float64Array(this.values.length).fill(NaN);
    if (this.#times.length > 0) this.#times[row] = time;
    if (sample.exemplar !== undefined) this.exemplars.push({ series, time, exemplar: sample.exemplar });
  }

  #add(sample: ExpositionSample): number {
    const { seriesId } = sample;
    if (seriesId >= this.#known.length) {
      const { length } = this.#known;
      this.#known = regrow(this.#known, Math.ceil((seriesId + 1) * GROWTH)).fill(UNKNOWN, length);
    }
    const labels = this.#maker.make(sample.labels().flat);
    if (labels === undefined) return (this.#known[seriesId] = DROPPED);
    const reason = this.#limits === undefined ? undefined : refuseSeries(labels, this.#limits);
    if (reason !== undefined) throw new AnswerRefused(reason);
    return (this.#known[seriesId] = this.table.add(labels));
  }

  #grow(): void {
    const size = Math.ceil(this.values.length * GROWTH);
    this.series = regrow(this.series, size);
    this.values = regrow(this.values, size);
    if (this.#times.length > 0) this.#times = regrow(this.#times, size);
  }

  type(metric: string, type: MetricType): void {
    this.#family(metric).type = type;
  }

  help(metric: string, text: string): void {
    const family = this.#family(metric);
    if (family.help !== text) family.help = ownText(text);
  }

  unit(metric: string, unit: string): void {
    this.#family(metric).unit = ownText(unit);
  }

  #family(metric: string): Family {
    let family = this.families.get(metric);
    if (family === undefined) {
      family = { type: 'unknown', unit: '', help: '', answer: -1 };
      this.families.set(ownText(metric), family);
    }
    if (family.answer !== this.number) {
      family.type = 'unknown';
      family.unit = '';
      family.answer = this.number;
    }
    return family;
  }
}
