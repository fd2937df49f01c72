// The cardinality budget: how many series a metric may have. Series that are known live on, whatever the budget; beyond it new ones are
// refused. A series is known while it was written today or yesterday (UTC), so that those that come and go give their place back.
import type { Log } from '../../base/log.ts';
import type { SeriesAdmission } from '../../model/series-admission.ts';
import type { LabelPair } from '../../model/series-identity.ts';
import { LabelCensus } from './label-census.ts';
import { RefusedSeries } from './refused-series.ts';
import { SeriesTable } from './series-table.ts';

const DAY_MS = 86_400_000;
/** From this share of its budget on, the labels of a metric's new series are looked at. */
const CENSUS_SHARE = 0.9;

/** How many series a metric may have. */
export type SeriesLimits = (metric: string) => number;

/** A metric that has come to its budget. */
export interface SeriesBreach {
  readonly metric: string;
  readonly limit: number;
  /** Series that it has. */
  readonly series: number;
  /** Samples of new series that were refused since then. */
  readonly refused: number;
  /** The label that has the most values among the newest series; '' while none stands out. */
  readonly label: string;
  /** A few of its newest values. */
  readonly values: readonly string[];
  /** Unix ms. */
  readonly since: number;
}

interface Metric {
  readonly number: number;
  readonly name: string;
  limits: SeriesLimits;
  limit: number;
  series: number;
  census: LabelCensus | undefined;
  breach: { readonly since: number; refused: number; isLogged: boolean } | undefined;
}

/** What one frame may store; the intake tells it what became of the frame. */
export interface FrameAdmission extends SeriesAdmission {
  /** For the frame's head; undefined when nothing was refused. */
  refused(): string | undefined;
  durable(): void;
  failed(): void;
}

export class SeriesBudget {
  readonly #limits: () => SeriesLimits;
  readonly #log: Log;
  readonly #table = new SeriesTable();
  readonly #metrics = new Map<string, Metric>();
  readonly #numbered: (Metric | undefined)[] = [undefined];
  #day = 0;
  #isInForce = false;

  /** `limits` gives those that hold now: another function when they changed. */
  constructor(limits: () => SeriesLimits, log: Log) {
    this.#limits = limits;
    this.#log = log;
  }

  /** From here on new series beyond the budget are refused: all that are stored have been learned. */
  enforce(): void {
    this.#isInForce = true;
  }

  get isInForce(): boolean {
    return this.#isInForce;
  }

  /** A series that is stored, last written on `day` (since 1970). */
  learn(name: string, low: number, high: number, day: number): void {
    if (!this.#table.touch(low, high, day)) this.#add(this.#metric(name), low, high, day);
  }

  #metric(name: string): Metric {
    let metric = this.#metrics.get(name);
    const limits = this.#limits();
    if (metric === undefined) {
      const number = this.#numbered.length;
      metric = { number, name, limits, limit: limits(name), series: 0, census: undefined, breach: undefined };
      this.#metrics.set(name, metric);
      this.#numbered.push(metric);
    }
    if (metric.limits !== limits) Object.assign(metric, { limits, limit: limits(name) });
    return metric;
  }

  #add(metric: Metric, low: number, high: number, day: number): void {
    this.#table.add(low, high, metric.number, day);
    metric.series++;
  }

  #isFull(metric: Metric): boolean {
    return this.#isInForce && metric.series >= metric.limit;
  }

  /** Forgets what was not written since the day before. */
  #turnDay(day: number): void {
    this.#day = day;
    const before = this.#numbered;
    for (const metric of this.#metrics.values()) metric.series = 0;
    this.#table.keepSince(day - 1, (number) => before[number]!.series++);
    for (const metric of this.#metrics.values()) {
      if (!this.#isFull(metric)) this.#close(metric);
      if (metric.series > 0) continue;
      this.#metrics.delete(metric.name);
      before[metric.number] = undefined;
    }
  }

  #close(metric: Metric): void {
    metric.census = undefined;
    if (metric.breach === undefined) return;
    metric.breach = undefined;
    this.#log.info(`the metric ${metric.name} has room for new series again (budget ${metric.limit})`);
  }

  /** For a frame that comes at `now` (Unix ms). */
  begin(now: number): FrameAdmission {
    const day = Math.floor(now / DAY_MS);
    if (day > this.#day) this.#turnDay(day);
    const today = this.#day;
    const admitted: (readonly [Metric, low: number, high: number])[] = [];
    const counts = new Map<Metric, number>();
    let refused: RefusedSeries | undefined;
    const admits = (name: string, low: number, high: number, labels: () => Iterable<LabelPair>): boolean => {
      if (this.#table.touch(low, high, today)) return true;
      const metric = this.#metric(name);
      if (!this.#isFull(metric)) {
        if (metric.breach !== undefined) this.#close(metric);
        if (metric.series >= metric.limit * CENSUS_SHARE) (metric.census ??= new LabelCensus()).add(labels());
        this.#add(metric, low, high, today);
        admitted.push([metric, low, high]);
        return true;
      }
      refused ??= new RefusedSeries();
      if (refused.add(low, high, name)) (metric.census ??= new LabelCensus()).add(labels());
      counts.set(metric, (counts.get(metric) ?? 0) + 1);
      return false;
    };
    return {
      day: today,
      admits,
      refused: () => refused?.encode(),
      durable: () => {
        for (const [metric, count] of counts) this.#refused(metric, count, now);
      },
      failed: () => {
        for (const [metric, low, high] of admitted) {
          if (!this.#table.has(low, high)) continue;
          this.#table.delete(low, high);
          metric.series--;
        }
      },
    };
  }

  #refused(metric: Metric, samples: number, now: number): void {
    metric.breach ??= { since: now, refused: 0, isLogged: false };
    metric.breach.refused += samples;
    const label = metric.census?.crowded();
    if (metric.breach.isLogged || label === undefined) return;
    metric.breach.isLogged = true;
    this.#log.warn(
      `the metric ${metric.name} has come to its budget of ${metric.limit} series: new ones are refused, those it has live on; ` +
        `the label ${label.name} has the most values, such as ${label.values.map((value) => JSON.stringify(value)).join(', ')}`,
    );
  }

  /** The metrics that new series are refused of, the most refused first. */
  breaches(): SeriesBreach[] {
    const breaches = [...this.#metrics.values()].flatMap((metric) => {
      if (metric.breach === undefined) return [];
      const { name, limit, series, breach, census } = metric;
      const crowded = census?.crowded();
      const label = { label: crowded?.name ?? '', values: crowded?.values ?? [] };
      return [{ metric: name, limit, series, refused: breach.refused, ...label, since: breach.since }];
    });
    return breaches.toSorted((a, b) => b.refused - a.refused);
  }
}
