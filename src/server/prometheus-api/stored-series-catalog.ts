// The catalog of series over the storage port: what the tables have.
import { Labels, METRIC_NAME } from '../../model/labels.ts';
import type { Matcher, MatchOperator } from '../../query/promql/matcher.ts';
import type { QueryResult } from '../../storage/ports/query-result.ts';
import type { LabelMatcher, MetricStore } from '../../storage/ports/telemetry-store.ts';
import { compareStrings } from '../../base/compare-strings.ts';
import { labelsOf } from '../queries/attributes.ts';
import { bigintsOf, numbersOf, pairsOf, textsOf } from '../queries/result-columns.ts';
import type { NamedCount } from '../../store/head/cardinality.ts';
import type { Cardinality } from './endpoints/status.ts';
import { withTrace } from './exemplar-labels.ts';
import type { MillisRange } from './parameters.ts';
import type { MetricMetadata, SeriesCatalog, SeriesExemplars } from './ports.ts';

type MatcherSets = readonly (readonly Matcher[])[];

const DAY_MS = 86_400_000;
const MAX_SERIES = 100_000;
const MAX_EXEMPLARS = 10_000;
/** The values of so many labels are counted at most. */
const MAX_COUNTED_LABELS = 100;
const everything: MatcherSets = [[]];
const operators: Readonly<Record<MatchOperator, LabelMatcher['op']>> = {
  '=': 'eq',
  '!=': 'ne',
  '=~': 're',
  '!~': 'nre',
};

const toStored = (matchers: readonly Matcher[]): LabelMatcher[] =>
  matchers.map(({ name, operator, value }) => ({ name, op: operators[operator], value }));

/** Times that can be stored: from 1970 to tomorrow. */
export function clampRange({ fromMs, toMs }: MillisRange): MillisRange {
  const last = Date.now() + DAY_MS;
  return { fromMs: Math.min(Math.max(0, fromMs), last), toMs: Math.min(Math.max(0, toMs), last) };
}

export class StoredSeriesCatalog implements SeriesCatalog {
  readonly #store: MetricStore;

  constructor(store: MetricStore) {
    this.#store = store;
  }

  async series(sets: MatcherSets, range: MillisRange, limit: number, signal: AbortSignal): Promise<Labels[]> {
    const found = new Map<bigint, Labels>();
    for (const matchers of sets.length === 0 ? everything : sets)
      await this.#addSeries(found, matchers, clampRange(range), limit, signal);
    return [...found.values()].slice(0, limit);
  }

  async exemplars(sets: MatcherSets, range: MillisRange, signal: AbortSignal): Promise<SeriesExemplars[]> {
    const { fromMs, toMs } = clampRange(range);
    const series = new Map<bigint, Labels>();
    const found = new Map<bigint, { labels: Labels; value: number; timeMs: number }[]>();
    for (const matchers of sets) {
      const known = new Map<bigint, Labels>();
      await this.#addSeries(known, matchers, { fromMs, toMs }, MAX_SERIES, signal);
      const result = await this.#store.exemplars(toStored(matchers), fromMs, toMs, MAX_EXEMPLARS, { signal });
      const id = bigintsOf(result, 'series');
      const [time, value] = [numbersOf(result, 'time'), numbersOf(result, 'value')];
      const pairs = pairsOf(result, 'labels');
      const ids = [textsOf(result, 'traceId'), textsOf(result, 'spanId')] as const;
      for (let row = 0; row < result.rows; row++) {
        const key = BigInt.asUintN(64, id(row));
        const labels = known.get(key);
        if (labels === undefined || series.has(key)) continue;
        const list = found.get(key) ?? [];
        found.set(key, list);
        const own = pairs(row).map(([name, text]) => [name, String(text)] as const);
        list.push({
          labels: withTrace(own, { traceId: ids[0](row), spanId: ids[1](row) }),
          value: value(row),
          timeMs: time(row),
        });
      }
      // A series that several selectors find is told once.
      for (const [key, labels] of known) series.set(key, labels);
    }
    return [...found].map(([key, exemplars]) => ({ labels: series.get(key) ?? Labels.empty, exemplars }));
  }

  /** How many series, values and labels there are; the `rows` longest of each. */
  async cardinality(rows: number, signal: AbortSignal): Promise<Cardinality> {
    const [fromMs, toMs] = [0, Date.now() + DAY_MS];
    const metrics = await this.#store.metrics(fromMs, toMs, { signal });
    const [name, series] = [textsOf(metrics, 'metric'), numbersOf(metrics, 'series')];
    const byMetric = Array.from({ length: metrics.rows }, (_, row) => ({ name: name(row), value: series(row) }));
    const values: NamedCount[] = [];
    const bytes: NamedCount[] = [];
    const labels = await this.#values(undefined, [], { fromMs, toMs }, signal);
    for (const label of labels.slice(0, MAX_COUNTED_LABELS)) {
      const found = await this.#values(label, [], { fromMs, toMs }, signal);
      values.push({ name: label, value: found.length });
      bytes.push({ name: label, value: found.reduce((sum, text) => sum + text.length, 0) });
    }
    const longest = (counts: NamedCount[]): NamedCount[] =>
      counts.toSorted((left, right) => right.value - left.value).slice(0, rows);
    return {
      series: byMetric.reduce((sum, { value }) => sum + value, 0),
      labelPairs: values.reduce((sum, { value }) => sum + value, 0),
      minTimeMs: fromMs,
      maxTimeMs: toMs,
      seriesByMetric: longest(byMetric),
      valuesByLabel: longest(values),
      bytesByLabel: longest(bytes),
      seriesByPair: longest(byMetric.map((one) => ({ ...one, name: `${METRIC_NAME}=${one.name}` }))),
    };
  }

  async #addSeries(
    found: Map<bigint, Labels>,
    matchers: readonly Matcher[],
    { fromMs, toMs }: MillisRange,
    limit: number,
    signal: AbortSignal,
  ): Promise<void> {
    const result = await this.#store.series(toStored(matchers), fromMs, toMs, limit, { signal });
    const id = bigintsOf(result, 'series');
    const metric = textsOf(result, 'metric');
    const rest = labelsOf(result, 'labels');
    for (let row = 0; row < result.rows; row++)
      found.set(BigInt.asUintN(64, id(row)), Labels.from({ ...rest(row), [METRIC_NAME]: metric(row) }));
  }

  labelNames(sets: MatcherSets, range: MillisRange, signal: AbortSignal): Promise<string[]> {
    return this.#values(undefined, sets, range, signal);
  }

  labelValues(label: string, sets: MatcherSets, range: MillisRange, signal: AbortSignal): Promise<string[]> {
    return this.#values(label, sets, range, signal);
  }

  async metadata(signal: AbortSignal): Promise<MetricMetadata[]> {
    const result = await this.#store.metrics(0, Date.now() + DAY_MS, { signal });
    const [metric, type, unit, help] = ['metric', 'type', 'unit', 'help'].map((name) => textsOf(result, name));
    return Array.from({ length: result.rows }, (_, row) => ({
      metric: metric?.(row) ?? '',
      type: type?.(row) ?? '',
      unit: unit?.(row) ?? '',
      help: help?.(row) ?? '',
    }));
  }

  async #values(
    label: string | undefined,
    sets: MatcherSets,
    range: MillisRange,
    signal: AbortSignal,
  ): Promise<string[]> {
    const { fromMs, toMs } = clampRange(range);
    const found = new Set<string>();
    for (const matchers of sets.length === 0 ? everything : sets) {
      const result: QueryResult = await this.#store.labelValues(label, toStored(matchers), fromMs, toMs, { signal });
      const value = textsOf(result, 'value');
      for (let row = 0; row < result.rows; row++) found.add(value(row));
    }
    return [...found].toSorted(compareStrings);
  }
}
