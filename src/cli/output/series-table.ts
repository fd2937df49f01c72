// Results of PromQL queries as tables: a row a series, its labels in columns, then its value, or what a range was like.
import { printable, type Palette } from './palette.ts';

/** A series as the Prometheus HTTP API gives it. */
export interface ShownSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

const BARS = '▁▂▃▄▅▆▇█';
const SPARK_WIDTH = 40;
const NAME = '__name__';
const MAX_DIGITS = 6;

/** Columns a character takes in a terminal: two for the wide ones of Chinese, Japanese and Korean. */
function widthOf(text: string): number {
  let width = 0;
  for (const char of text)
    width +=
      /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/.test(
        char,
      )
        ? 2
        : 1;
  return width;
}

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));
const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - widthOf(text))) + text;

function shorten(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(MAX_DIGITS)));
}

/** The course of a range, as many characters wide as there is room for. */
export function drawSparkline(values: readonly number[], width: number = SPARK_WIDTH): string {
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((least, value) => Math.min(least, value), Infinity);
  const high = finite.reduce((most, value) => Math.max(most, value), -Infinity);
  const count = Math.min(width, values.length);
  return Array.from({ length: count }, (_, i) => {
    const value = values[Math.floor((i * values.length) / count)] ?? NaN;
    if (!Number.isFinite(value)) return ' ';
    const share = high === low ? 0 : (value - low) / (high - low);
    return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))] ?? '';
  }).join('');
}

function rangeCells(points: readonly (readonly [number, string])[]): string[] {
  const values = points.map(([, text]) => Number(text.replace('Inf', 'Infinity')));
  const sum = values.reduce((total, value) => total + value, 0);
  const least = values.reduce((low, value) => Math.min(low, value), Infinity);
  const most = values.reduce((high, value) => Math.max(high, value), -Infinity);
  return [...[least, sum / values.length, most, values.at(-1) ?? NaN].map(shorten), drawSparkline(values)];
}

/** Lines of a table; `series` are either all of one time or all of a range. */
export function formatSeriesTable(series: readonly ShownSeries[], palette: Palette): string[] {
  const names = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].toSorted((left, right) =>
    left === NAME ? -1 : right === NAME ? 1 : left < right ? -1 : 1,
  );
  const isRange = series.some(({ values }) => values !== undefined);
  const last = isRange ? ['min', 'avg', 'max', 'last', ''] : ['value'];
  const head = [...names.map((name) => (name === NAME ? 'metric' : printable(name))), ...last];
  const rows = series.map(({ metric, value, values }) => [
    ...names.map((name) => printable(metric[name] ?? '')),
    ...(isRange ? rangeCells(values ?? []) : [value?.[1] ?? '']),
  ]);
  const widths = head.map((title, column) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  const isNumber = (column: number): boolean => column >= names.length && column < names.length + (isRange ? 4 : 1);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (isNumber(column) ? padStart(cell, widths[column]!) : pad(cell, widths[column]!)))
      .join('  ')
      .trimEnd();
  return [palette.bold(line(head)), ...rows.map(line)];
}
