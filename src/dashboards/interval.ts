// How wide a step is, and what $__interval, $__rate_interval and $__range stand for: the arithmetic of Grafana's Prometheus data source
// (pkg/promlib/models/query.go: calculatePrometheusInterval, interpolateVariables, and its intervalv2 package, version 11).
import { formatDuration, parseDuration } from '../base/duration.ts';

/** A series of an answer never has more points than this. */
const MAX_POINTS = 11_000;
const DEFAULT_SCRAPE_MS = 15_000;

/** Widths below `under` become `width`, milliseconds. */
const roundWidths: readonly (readonly [under: number, width: number])[] = [
  [10, 1],
  [15, 10],
  [35, 20],
  [75, 50],
  [150, 100],
  [350, 200],
  [750, 500],
  [1500, 1000],
  [3500, 2000],
  [7500, 5000],
  [12_500, 10_000],
  [17_500, 15_000],
  [25_000, 20_000],
  [45_000, 30_000],
  [90_000, 60_000],
  [210_000, 120_000],
  [450_000, 300_000],
  [750_000, 600_000],
  [1_050_000, 900_000],
  [1_500_000, 1_200_000],
  [2_700_000, 1_800_000],
  [5_400_000, 3_600_000],
  [9_000_000, 7_200_000],
  [16_200_000, 10_800_000],
  [32_400_000, 21_600_000],
  [86_400_000, 43_200_000],
  [604_800_000, 86_400_000],
  [1_814_400_000, 604_800_000],
  [3_628_800_000, 2_592_000_000],
];
const YEAR_MS = 31_536_000_000;

/** The round width near `ms`. */
export function roundInterval(ms: number): number {
  return roundWidths.find(([under]) => ms < under)?.[1] ?? YEAR_MS;
}

/** Milliseconds of "1m", ">30s", "15" (seconds); undefined for anything else. */
export function readInterval(text: string): number | undefined {
  const trimmed = text.trim().replace(/^[<>=\s]+/, '');
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1000;
  const parsed = trimmed === '' ? undefined : parseDuration(trimmed);
  return typeof parsed === 'number' && parsed > 0 ? parsed : undefined;
}

export interface StepInput {
  readonly fromMillis: number;
  readonly toMillis: number;
  /** Usually the width of the chart in pixels. */
  readonly maxDataPoints: number;
  /** Least step of the target, else of the panel; '' is the scrape interval. */
  readonly minStep: string;
  readonly intervalFactor?: number;
  readonly scrapeMillis?: number;
}

export interface StepPlan {
  /** Milliseconds; never below 1. */
  readonly step: number;
  /** Range of the query, both ends on the grid of the step. */
  readonly start: number;
  readonly end: number;
  /** What the interval variables stand for, by name. */
  readonly variables: Readonly<Record<string, string>>;
}

/** max(step + scrape interval, 4 × scrape interval), so that rate() always has samples enough. */
export function rateInterval(stepMillis: number, scrapeMillis: number): number {
  return Math.max(stepMillis + scrapeMillis, 4 * scrapeMillis);
}

/** The step of a range query, its ends on the grid, and the interval variables. */
export function planStep(input: StepInput): StepPlan {
  const scrape = input.scrapeMillis ?? DEFAULT_SCRAPE_MS;
  const range = Math.max(1, input.toMillis - input.fromMillis);
  const name = input.minStep.trim().replace(/^\$\{(\w+)\}$/, '$$$1');
  const asked = readInterval(input.minStep);
  const least = asked ?? scrape;
  const wanted = Math.max(least, roundInterval(range / Math.max(1, input.maxDataPoints)));
  const safe = roundInterval(range / MAX_POINTS);
  const adjusted = Math.max(wanted, safe);
  const isRateStep = name === '$__rate_interval';
  const step = Math.max(
    1,
    Math.round(isRateStep ? rateInterval(adjusted, scrape) : adjusted * (input.intervalFactor ?? 1)),
  );
  const rate = isRateStep ? step : rateInterval(wanted, asked ?? (name === '$__interval' ? step : scrape));
  const seconds = Math.round(range / 1000);
  return {
    step,
    start: Math.floor(input.fromMillis / step) * step,
    end: Math.floor(input.toMillis / step) * step,
    variables: {
      __interval: formatDuration(step),
      __interval_ms: String(step),
      __rate_interval: formatDuration(rate),
      __rate_interval_ms: String(Math.round(rate)),
      __range: `${seconds}s`,
      __range_s: String(seconds),
      __range_ms: String(Math.round(range)),
    },
  };
}

/** The width of an "auto" interval variable: the range in `count` steps, not less than `min`. */
export function autoInterval(rangeMillis: number, count: number, min: string): string {
  return formatDuration(Math.max(roundInterval(rangeMillis / Math.max(1, count)), readInterval(min) ?? 1));
}
