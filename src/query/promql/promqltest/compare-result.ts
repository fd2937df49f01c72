// Holds a query's result to what a script expects: values within a relative tolerance, labels and times exactly.
import { compareLabels } from '../../../model/labels.ts';
import { isAlmostEqual } from '../histogram-buckets.ts';
import type { QueryData, ResultSeries } from '../query.ts';
import { showLabels } from '../show-labels.ts';
import type { EvalCommand, RangeTimes } from './parse-script.ts';
import type { SequenceValue } from './series-description.ts';

const TOLERANCE = 1e-6;

/** Result and expectation as one of them: a number, series at one time, or series over times. */
const isOrdered = (command: EvalCommand): boolean => command.expectations.some(({ kind }) => kind === 'ordered');

function isEqualNumber(expected: SequenceValue | undefined, value: number): boolean {
  return expected?.kind === 'number' && isAlmostEqual(expected.value, value, TOLERANCE);
}

const show = (value: SequenceValue | undefined): string =>
  value === undefined ? 'nothing' : value.kind === 'number' ? String(value.value) : value.kind;

function compareVector(command: EvalCommand, series: readonly ResultSeries[]): string | undefined {
  if (command.scalar !== undefined) return `expected scalar ${show(command.scalar)}, got a vector`;
  const seen = new Set<string>();
  for (const [position, { labels, values }] of series.entries()) {
    const index = command.series.findIndex((one) => one.labels.key === labels.key);
    const expected = command.series[index];
    const value = values[0] ?? NaN;
    if (expected === undefined) return `unexpected metric ${showLabels(labels)} in result, has value ${value}`;
    if (isOrdered(command) && index !== position)
      return `expected metric ${showLabels(labels)} at position ${index + 1} but was at ${position + 1}`;
    if (!isEqualNumber(expected.values[0], value))
      return `expected ${show(expected.values[0])} for ${showLabels(labels)} but got ${value}`;
    seen.add(labels.key);
  }
  const missing = command.series.find(({ labels }) => !seen.has(labels.key));
  return missing === undefined ? undefined : `expected metric ${showLabels(missing.labels)} not found`;
}

function compareMatrix(command: EvalCommand, series: readonly ResultSeries[], times: RangeTimes): string | undefined {
  if (isOrdered(command)) return 'expected ordered result, but query returned a matrix';
  if (command.scalar !== undefined) return `expected scalar ${show(command.scalar)}, got a matrix`;
  const seen = new Set<string>();
  for (const [position, one] of series.entries()) {
    const before = series[position - 1];
    if (before !== undefined && compareLabels(before.labels, one.labels) > 0)
      return 'the series are not sorted by labels';
    const expected = command.series.find(({ labels }) => labels.key === one.labels.key);
    const shown = showLabels(one.labels);
    if (expected === undefined) return `unexpected metric ${shown} in result, has [${one.values.join(' ')}]`;
    seen.add(one.labels.key);
    const problem = comparePoints(expected.values, one, times);
    if (problem !== undefined)
      return `${problem} for ${shown} (result has [${one.values.join(' ')}] at [${one.times.join(' ')}])`;
  }
  const missing = command.series.find(({ labels }) => !seen.has(labels.key));
  return missing === undefined ? undefined : `expected metric ${showLabels(missing.labels)} not found`;
}

function comparePoints(
  expected: readonly SequenceValue[],
  series: ResultSeries,
  times: RangeTimes,
): string | undefined {
  let at = 0;
  for (const [step, value] of expected.entries()) {
    const timeMs = times.startMs + step * times.stepMs;
    if (timeMs > times.endMs) return `expected ${expected.length} points, but the time range cannot return so many`;
    if (value.kind === 'omitted') continue;
    if (series.times[at] !== timeMs) return `expected a sample at ${timeMs}, got one at ${series.times[at]}`;
    if (!isEqualNumber(value, series.values[at] ?? NaN))
      return `expected ${show(value)} at ${timeMs}, got ${series.values[at]}`;
    at++;
  }
  return at === series.times.length ? undefined : `expected ${at} samples, got ${series.times.length}`;
}

/** `undefined` when `data` is what `command` expects, else how they differ. */
export function compareResult(command: EvalCommand, data: QueryData): string | undefined {
  if (data.type === 'string')
    return data.text === (command.text ?? '')
      ? undefined
      : `expected string ${JSON.stringify(command.text)}, got ${JSON.stringify(data.text)}`;
  if (data.type === 'scalar') {
    if (command.scalar === undefined) return `expected vector or matrix result, but got the scalar ${data.value}`;
    return isEqualNumber(command.scalar, data.value)
      ? undefined
      : `expected scalar ${show(command.scalar)} but got ${data.value}`;
  }
  if (data.type === 'vector') return compareVector(command, data.series);
  const times = command.times.kind === 'range' ? command.times : command.rangeVector;
  if (times === undefined) return 'an instant query gave a range vector, and none was expected';
  return compareMatrix(command, data.series, times);
}

/** `undefined` when the remarks are the expected ones. */
export function compareAnnotations(
  command: EvalCommand,
  warnings: readonly string[],
  infos: readonly string[],
): string | undefined {
  for (const [kind, actual] of [
    ['warn', warnings],
    ['info', infos],
  ] as const) {
    const expected = command.expectations.filter((one) => one.kind === kind);
    const missing = expected.find((one) => !actual.some((text) => one.matches(text)));
    if (missing !== undefined)
      return `expected ${kind} annotation ${JSON.stringify(missing.shown)}, got ${JSON.stringify(actual)}`;
    const extra = expected.length === 0 ? undefined : actual.find((text) => !expected.some((one) => one.matches(text)));
    if (extra !== undefined) return `unexpected ${kind} annotation ${JSON.stringify(extra)}`;
    if (actual.length > 0 && command.expectations.some((one) => one.kind === `no_${kind}`))
      return `unexpected ${kind} annotations: ${JSON.stringify(actual)}`;
  }
  return undefined;
}
