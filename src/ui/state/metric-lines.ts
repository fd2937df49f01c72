// From raw series to the lines of a chart: which series, added up by which label, as they are or as a rate.
import type { MetricRangeResponse } from '../../api/metrics.ts';
import { computeRate, readSample, sumOnGrid, typicalGap } from './counter-rate.ts';
import { chooseBucket, type ResolvedRange } from './time-range.ts';

type Series = MetricRangeResponse['series'][number];

export interface MetricLine {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** How many series it is made of. */
  readonly series: number;
}

export interface MetricChart {
  readonly times: readonly number[];
  readonly lines: readonly MetricLine[];
  /** Width of a step, ms. */
  readonly step: number;
}

const MAX_STEPS = 500;
const GAP_FACTOR = 4;

/** Whether the values only count up, so that their rate is what a reader wants. */
export function isCounter(metric: string, type: string): boolean {
  return type === 'counter' || type === 'histogram' || /_(?:total|count|sum|bucket)$/.test(metric);
}

/** The labels in which the series differ, in the order of how many values they have. */
export function differingLabels(series: readonly Series[]): string[] {
  const values = new Map<string, Set<string>>();
  const names = new Set(series.flatMap((entry) => Object.keys(entry.labels)));
  for (const name of names) values.set(name, new Set(series.map((entry) => entry.labels[name] ?? '')));
  return [...values]
    .filter(([, found]) => found.size > 1)
    .sort((one, other) => one[1].size - other[1].size)
    .map(([name]) => name);
}

/** How a series is called among the others: by the labels in which they differ. */
export function seriesName(series: Series, differing: readonly string[]): string {
  const pairs = differing
    .filter((name) => series.labels[name] !== undefined)
    .map((name) => `${name}=${series.labels[name]}`);
  return pairs.length === 0 ? series.metric : pairs.join(' ');
}

function points(series: Series, asRate: boolean): { times: readonly number[]; values: readonly number[] } {
  if (asRate) return computeRate(series, Math.max(60_000, typicalGap(series.times) * GAP_FACTOR));
  return { times: series.times, values: series.values.map((value) => readSample(value) ?? Number.NaN) };
}

/** One line a series, or one a value of `by`: rates are added up, levels averaged. The largest lines come first. */
export function computeLines(
  series: readonly Series[],
  range: ResolvedRange,
  asRate: boolean,
  by: string | undefined,
): MetricChart {
  const gap = Math.max(...series.map((entry) => typicalGap(entry.times)), 1);
  const step = Math.max(chooseBucket(range, MAX_STEPS), chooseBucket({ fromMillis: 0, toMillis: gap }, 1));
  const start = Math.floor(range.fromMillis / step) * step;
  const times = Array.from({ length: Math.ceil((range.toMillis - start) / step) }, (_, index) => start + index * step);
  const differing = differingLabels(series);
  const groups = Map.groupBy(series, (entry) =>
    by === undefined ? seriesName(entry, differing) : (entry.labels[by] ?? ''),
  );
  const lines = [...groups].map(([name, members]) => ({
    name: by === undefined ? name : `${by}=${name === '' ? '∅' : name}`,
    values: sumOnGrid(
      members.map((member) => points(member, asRate)),
      times,
      step,
      asRate ? 'sum' : 'mean',
    ),
    series: members.length,
  }));
  const weight = (line: MetricLine): number =>
    line.values.reduce<number>((sum, value) => sum + Math.abs(value ?? 0), 0);
  return { times, lines: lines.toSorted((one, other) => weight(other) - weight(one)), step };
}
