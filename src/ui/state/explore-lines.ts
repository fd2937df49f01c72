// Answers of the explorer as lines of one chart.
import { formatValue } from '../../dashboards/format-value.ts';
import { interpolate } from '../../dashboards/interpolate.ts';
import { planStep, readInterval, type StepPlan } from '../../dashboards/interval.ts';
import { showSeries } from '../../dashboards/legend.ts';
import { lineColor } from '../widgets/name-colors.tsx';
import type { ChartLine } from '../widgets/chart-options.ts';
import { alignSeries, stackValues, type Grid } from './chart-grid.ts';
import type { RangeAnswer } from './prometheus.ts';
import type { ResolvedRange } from './time-range.ts';

/** More lines say nothing to anybody. */
export const MAX_LINES = 100;
const DASHES: readonly (readonly number[] | undefined)[] = [undefined, [6, 3], [2, 2], [8, 3, 2, 3]];
const LINES_A_DASH = 8;
const PIXELS_A_POINT = 4;

/** Step and range of the explorer's queries: about one point for four pixels, or the step that was asked for. */
export function planExplore(range: ResolvedRange, pixels: number, step: string | undefined): StepPlan {
  const asked = step === undefined ? undefined : readInterval(step);
  return planStep({
    ...range,
    maxDataPoints: asked === undefined ? Math.max(100, Math.round(pixels / PIXELS_A_POINT)) : 11_000,
    minStep: asked === undefined ? '1s' : (step ?? ''),
  });
}

/** With Grafana's interval variables replaced; without a plan by values of their kind, to be checked only. */
export function fillIntervals(text: string, plan?: StepPlan): string {
  const builtIn = plan?.variables ?? {
    __interval: '1m',
    __interval_ms: '60000',
    __rate_interval: '4m',
    __rate_interval_ms: '240000',
    __range: '1h',
    __range_s: '3600',
    __range_ms: '3600000',
  };
  return interpolate(text, { builtIn, variables: new Map() });
}

export interface ExploredLine extends ChartLine {
  readonly letter: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ExploredChart {
  readonly times: readonly number[];
  readonly lines: readonly ExploredLine[];
  /** Series that came, drawn or not. */
  readonly series: number;
}

interface Answered {
  readonly letter: string;
  readonly answer: RangeAnswer;
  readonly grid: Grid;
}

const weightOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + (Number.isFinite(value) ? Math.abs(value) : 0), 0);

/** How a line looks by its place: colours first, then dashes. */
export function lineLook(place: number): Pick<ChartLine, 'color' | 'dash'> {
  return { color: lineColor(place), dash: DASHES[Math.floor(place / LINES_A_DASH) % DASHES.length] };
}

/** The series of all answers; the largest when there are too many. With several queries the letter stands before the name. */
export function exploreLines(answers: readonly Answered[]): ExploredChart {
  const all = answers.flatMap(({ letter, answer, grid }) =>
    answer.series.map((series) => ({ letter, ...series, grid })),
  );
  const kept =
    all.length <= MAX_LINES
      ? all
      : all.toSorted((one, other) => weightOf(other.values) - weightOf(one.values)).slice(0, MAX_LINES);
  const { times, columns } = alignSeries(kept);
  const lines = kept.map(({ letter, labels }, place): ExploredLine => {
    const shown = showSeries(labels);
    return {
      name: answers.length > 1 ? `${letter} ${shown}` : shown,
      letter,
      labels,
      values: columns[place] ?? [],
      ...(kept.length === 1 ? { color: 'var(--accent)' } : lineLook(place)),
    };
  });
  return { times, lines, series: all.length };
}

/** The lines on top of each other. */
export function stackLines<T extends ChartLine>(lines: readonly T[], mode: 'normal' | 'percent'): T[] {
  const stacked = stackValues(
    lines.map(({ values }) => values),
    mode,
  );
  return lines.map((line, place) => ({ ...line, drawn: stacked[place] ?? [], fill: Math.max(0.2, line.fill ?? 0) }));
}

/** A value of unknown unit, in figures that fit a table. */
export const showValue = (value: number | null | undefined): string =>
  value === null || value === undefined || Number.isNaN(value) ? '–' : formatValue(value, { unit: 'sishort' });
