// What StatsD senders have said so far, as Prometheus metrics: counters only grow, a timer is a histogram in seconds, a set is the
// number of different values since the last look. What nobody speaks of for a day goes.
import { compareStrings } from '../../base/compare-strings.ts';
import { cleanName, metricNameOf } from '../../formats/statsd/metric-name.ts';
import type { StatsdSample, StatsdType } from '../../formats/statsd/parse.ts';
import { Exposition, formatSample, type MetricLabels } from '../collect/exposition.ts';

const MAX_SERIES = 100_000;
/** Different values of one set between two looks. */
const MAX_SET = 100_000;
const FORGET_AFTER = 86_400_000;
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** For values of any unit: 1, 3, 10 in every decade. */
const ANY_UNIT = Array.from({ length: 10 }, (_, i) => 10 ** (i - 3)).flatMap((power) => [
  Number(power.toPrecision(1)),
  Number((3 * power).toPrecision(1)),
]);

class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  add(value: number, weight: number): void {
    const index = this.#bounds.findIndex((bound) => value <= bound);
    this.#counts[index === -1 ? this.#bounds.length : index]! += weight;
    this.#sum += value * weight;
  }

  write(exposition: Exposition, labels: MetricLabels): void {
    let total = 0;
    for (const [index, count] of this.#counts.entries()) {
      total += count;
      const bound = this.#bounds[index];
      exposition.sample(total, { ...labels, le: bound === undefined ? '+Inf' : String(bound) }, '_bucket');
    }
    exposition.sample(this.#sum, labels, '_sum').sample(total, labels, '_count');
  }
}

interface Series {
  readonly labels: MetricLabels;
  /** Counter and gauge. */
  value: number;
  readonly histogram: Histogram | undefined;
  readonly set: Set<string>;
  changedAt: number;
}

interface Family {
  readonly name: string;
  readonly type: StatsdType;
  readonly series: Map<string, Series>;
}

/** How each type is named and shown. */
const shapes: Readonly<
  Record<StatsdType, { suffix: string; shown: 'counter' | 'gauge' | 'histogram'; bounds?: readonly number[] }>
> = {
  counter: { suffix: '_total', shown: 'counter' },
  gauge: { suffix: '', shown: 'gauge' },
  timer: { suffix: '_seconds', shown: 'histogram', bounds: SECONDS },
  histogram: { suffix: '', shown: 'histogram', bounds: ANY_UNIT },
  set: { suffix: '_distinct', shown: 'gauge' },
};

export class StatsdStore {
  readonly #families = new Map<string, Family>();
  // By name and tags as they were sent, so that a known series costs one look-up.
  readonly #known = new Map<string, Series>();
  #seriesCount = 0;
  /** Samples of series beyond the most that are kept. */
  refused = 0;

  get size(): number {
    return this.#seriesCount;
  }

  /** Takes one line; false when it would be a series too many, or a name that is of another type already. */
  add(sample: StatsdSample, now: number): boolean {
    const key = `${sample.type}\0${sample.name}\0${sample.tags.flat().join('\0')}`;
    const series = this.#known.get(key) ?? this.#open(sample, key);
    if (series === undefined) {
      this.refused++;
      return false;
    }
    series.changedAt = now;
    for (const text of sample.values) apply(series, sample, text);
    return true;
  }

  #open(sample: StatsdSample, key: string): Series | undefined {
    const { name, labels } = metricNameOf(sample.name);
    const { suffix, bounds } = shapes[sample.type];
    const full = name.endsWith(suffix) ? name : `${name}${suffix}`;
    const family = this.#families.get(full) ?? { name: full, type: sample.type, series: new Map<string, Series>() };
    if (family.type !== sample.type) return undefined;
    const all: MetricLabels = Object.fromEntries(
      [...sample.tags, ...labels]
        .map(([label, value]) => [cleanName(label), value] as const)
        .filter(([label, value]) => label !== '' && label !== 'le' && !label.startsWith('__') && value !== '')
        .toSorted(([a], [b]) => compareStrings(a, b)),
    );
    const identity = formatSample(all, 0);
    let series = family.series.get(identity);
    if (series === undefined) {
      if (this.#seriesCount >= MAX_SERIES) return undefined;
      const histogram = bounds === undefined ? undefined : new Histogram(bounds);
      series = { labels: all, value: 0, histogram, set: new Set(), changedAt: 0 };
      family.series.set(identity, series);
      this.#seriesCount++;
    }
    this.#families.set(full, family);
    this.#known.set(key, series);
    return series;
  }

  /** All metrics; sets begin again. */
  read(now: number): string {
    this.#forget(now - FORGET_AFTER);
    const exposition = new Exposition();
    for (const { name, type, series } of this.#families.values()) {
      exposition.family(name, shapes[type].shown, `StatsD ${type}`);
      for (const { labels, histogram, value, set } of series.values()) {
        if (histogram !== undefined) histogram.write(exposition, labels);
        else exposition.sample(type === 'set' ? set.size : value, labels);
        set.clear();
      }
    }
    return exposition.text;
  }

  #forget(before: number): void {
    for (const [key, { changedAt }] of this.#known) if (changedAt < before) this.#known.delete(key);
    for (const [name, { series }] of this.#families) {
      for (const [identity, { changedAt }] of series) {
        if (changedAt >= before) continue;
        series.delete(identity);
        this.#seriesCount--;
      }
      if (series.size === 0) this.#families.delete(name);
    }
  }
}

function apply(series: Series, { type, rate }: StatsdSample, text: string): void {
  if (type === 'set') {
    if (series.set.size < MAX_SET) series.set.add(text);
    return;
  }
  const value = Number(text);
  if (series.histogram !== undefined) series.histogram.add(type === 'timer' ? value / 1000 : value, 1 / rate);
  else if (type === 'counter') series.value += value / rate;
  else series.value = /^[+-]/.test(text) ? series.value + value : value;
}
