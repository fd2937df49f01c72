// From which value on something is fine, doubtful or wrong.
import { numberOf, objectOf, objectsOf, textOf, type Json } from './json-fields.ts';

export interface ThresholdStep {
  /** -Infinity in the first step. */
  readonly from: number;
  /** A colour as the file names it. */
  readonly color: string;
}

export interface Thresholds {
  /** `percentage`: the steps are percent of the way from min to max. */
  readonly mode: 'absolute' | 'percentage';
  /** Ascending. */
  readonly steps: readonly ThresholdStep[];
}

export function readThresholds(value: unknown): Thresholds | undefined {
  const thresholds = objectOf(value);
  const steps = objectsOf(thresholds['steps']).map((step) => ({
    from: numberOf(step['value']) ?? Number.NEGATIVE_INFINITY,
    color: textOf(step['color']),
  }));
  if (steps.length === 0) return undefined;
  return {
    mode: thresholds['mode'] === 'percentage' ? 'percentage' : 'absolute',
    steps: steps.toSorted((one, other) => one.from - other.from),
  };
}

/** Singlestat's "50,80" with three colours, from the lowest up. */
export function readSinglestatThresholds(panel: Json): Thresholds | undefined {
  const values = textOf(panel['thresholds'])
    .split(',')
    .map((text) => numberOf(text));
  const colors = Array.isArray(panel['colors']) ? panel['colors'].map(textOf) : ['green', 'orange', 'red'];
  const steps = [{ from: Number.NEGATIVE_INFINITY, color: colors[0] ?? 'green' }];
  values.forEach((from, place) => {
    if (from !== undefined) steps.push({ from, color: colors[place + 1] ?? 'red' });
  });
  return steps.length === 1 ? undefined : { mode: 'absolute', steps };
}

const graphColors: Readonly<Record<string, string>> = { critical: 'red', warning: 'orange', ok: 'green' };

/** The graph panel's list of lines, each with "gt" or "lt". */
export function readGraphThresholds(value: unknown): Thresholds | undefined {
  const steps = objectsOf(value).flatMap((entry) => {
    const from = numberOf(entry['value']);
    const color = graphColors[textOf(entry['colorMode'])] ?? (textOf(entry['lineColor']) || 'red');
    if (from === undefined) return [];
    return entry['op'] === 'lt'
      ? [
          { from: Number.NEGATIVE_INFINITY, color },
          { from, color: 'transparent' },
        ]
      : [{ from, color }];
  });
  if (steps.length === 0) return undefined;
  return { mode: 'absolute', steps: steps.toSorted((one, other) => one.from - other.from) };
}

/** Where the steps begin, as values: percent of the way from `min` to `max` where they are percentages. */
export function stepStarts({ mode, steps }: Thresholds, min: number, max: number): readonly ThresholdStep[] {
  if (mode === 'absolute') return steps;
  return steps.map((step) => ({ ...step, from: min + ((max - min) * step.from) / 100 }));
}

/** The colour of the step that `value` lies in; undefined below the first. */
export function colorAt(
  thresholds: Thresholds | undefined,
  value: number,
  min: number,
  max: number,
): string | undefined {
  if (thresholds === undefined || Number.isNaN(value)) return undefined;
  return stepStarts(thresholds, min, max).findLast((step) => value >= step.from)?.color;
}
