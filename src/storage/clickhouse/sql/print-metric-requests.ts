// What the metric port asks, as statements.
import type { LabelMatcher } from '../../ports/telemetry-store.ts';
import type { Deployment } from '../tables/print-tables.ts';
import { printTableName } from './fields.ts';
import { printDays, printFingerprint, printMillis, printText } from './literals.ts';
import { printColumns, scanSettings, type Statement } from './statement.ts';

/** A selection of series over [fromMillis, toMillis]. */
export interface SeriesSelection {
  readonly matchers: readonly LabelMatcher[];
  readonly fromMillis: number;
  readonly toMillis: number;
}

const MILLION = 1_000_000n;
const days = ({ fromMillis, toMillis }: SeriesSelection): string =>
  printDays(BigInt(Math.trunc(fromMillis)) * MILLION, BigInt(Math.trunc(toMillis)) * MILLION + 1n);

const matcherOps: Readonly<Record<LabelMatcher['op'], (value: string, literal: string) => string>> = {
  eq: (value, literal) => `${value} = ${printText(literal)}`,
  ne: (value, literal) => `${value} != ${printText(literal)}`,
  re: (value, pattern) => `match(${value}, ${printText(`^(?s:${pattern})$`)})`,
  nre: (value, pattern) => `NOT match(${value}, ${printText(`^(?s:${pattern})$`)})`,
};

function printMatchers(matchers: readonly LabelMatcher[]): string {
  const conditions = matchers.map(({ name, op, value }) =>
    matcherOps[op](name === '__name__' ? 'metric' : `labels[${printText(name)}]`, value),
  );
  return conditions.length === 0 ? '1' : conditions.join(' AND ');
}

export interface MetricRequestContext {
  readonly deployment: Deployment;
}

export function printSeries(selection: SeriesSelection, limit: number, context: MetricRequestContext): Statement {
  const columns = printColumns(['series', 'any(toString(metric))', 'any(labels)']);
  const sql =
    `SELECT ${columns} FROM ${printTableName('series', context)} WHERE ${days(selection)} AND ` +
    `${printMatchers(selection.matchers)} GROUP BY series LIMIT ${Math.max(0, Math.trunc(limit))}`;
  return { sql, names: ['series', 'metric', 'labels'], settings: scanSettings };
}

/** Powers of ten that a scale may name: mantissa ÷ power is the value, bit by bit. */
const POWERS = '[1., 10., 100., 1000., 10000., 100000., 1000000.]';
const SAMPLE_VALUE = `if(scale = 127, float, mantissa / arrayElement(${POWERS}, scale + 1))`;

export function printSamples(selection: SeriesSelection, context: MetricRequestContext): Statement {
  const global = context.deployment.kind === 'cluster' ? 'GLOBAL ' : '';
  const metrics = selection.matchers.filter((matcher) => matcher.name === '__name__');
  const sql =
    `SELECT ${printColumns(['series', 'toUnixTimestamp64Milli(time)', SAMPLE_VALUE])} FROM ${printTableName('samples', context)} ` +
    `WHERE ${printMatchers(metrics)} AND series ${global}IN (SELECT series FROM ${printTableName('series', context)} ` +
    `WHERE ${days(selection)} AND ${printMatchers(selection.matchers)}) ` +
    `AND time >= ${printMillis(selection.fromMillis)} AND time <= ${printMillis(selection.toMillis)} ORDER BY series, time`;
  return { sql, names: ['series', 'time', 'value'], settings: scanSettings };
}

/** What narrows a read of samples down, where it is known. */
export interface StoredSamplesScope {
  readonly metrics?: readonly string[];
  readonly series?: readonly bigint[] | 'all';
}

/** Samples in the order in which they are stored: the order of parts is free. */
export function printStoredSamples(
  selection: SeriesSelection,
  { metrics, series }: StoredSamplesScope,
  context: MetricRequestContext,
): Statement {
  const global = context.deployment.kind === 'cluster' ? 'GLOBAL ' : '';
  const named =
    metrics === undefined ? printMatchers(selection.matchers.filter(({ name }) => name === '__name__')) : '';
  const conditions = [metrics === undefined ? named : `metric IN (${metrics.map(printText).join(', ')})`];
  if (series === undefined)
    conditions.push(
      `series ${global}IN (SELECT series FROM ${printTableName('series', context)} ` +
        `WHERE ${days(selection)} AND ${printMatchers(selection.matchers)})`,
    );
  else if (series !== 'all') conditions.push(`series IN (${series.map(printFingerprint).join(', ')})`);
  conditions.push(`time >= ${printMillis(selection.fromMillis)}`, `time <= ${printMillis(selection.toMillis)}`);
  const sql =
    `SELECT ${printColumns(['series', 'toUnixTimestamp64Milli(time)', SAMPLE_VALUE])} FROM ${printTableName('samples', context)} ` +
    `WHERE ${conditions.join(' AND ')}`;
  return { sql, names: ['series', 'time', 'value'], settings: scanSettings };
}

const SERIES_ROW = `series AS c0, toUInt16(day) AS c1, toString(metric) AS c2, CAST(labels, 'Map(String, String)') AS c3`;
const seriesRowNames = ['series', 'day', 'metric', 'labels'];

/** All series with samples from a day on, a row for each such day, as RowBinary: UInt64, UInt16, String, Map(String, String). */
export function printSeriesRows(fromDay: number, context: MetricRequestContext): Statement {
  const sql =
    `SELECT ${SERIES_ROW} FROM ${printTableName('series', context)} ` +
    `WHERE day >= toDate(${Math.max(0, Math.trunc(fromDay))})`;
  return { sql, names: seriesRowNames, settings: scanSettings, format: 'RowBinary' };
}

/** Which series have samples from a day on, and the last day of each: `series`, `metric`, `day` (since 1970). */
export function printKnownSeries(fromDay: number, context: MetricRequestContext): Statement {
  const sql =
    `SELECT ${printColumns(['series', 'any(toString(metric))', 'toUInt32(max(day))'])} FROM ${printTableName('series', context)} ` +
    `WHERE day >= toDate(${Math.max(0, Math.trunc(fromDay))}) GROUP BY series`;
  return { sql, names: ['series', 'metric', 'day'], settings: scanSettings };
}

/** The series of a block's file, as RowBinary. */
export function printBlockSeries(path: string): Statement {
  const sql = `SELECT ${SERIES_ROW} FROM file(${printText(path)}, 'Native')`;
  return { sql, names: seriesRowNames, settings: scanSettings, format: 'RowBinary', readsFile: true };
}

/** The samples of a block's file, in its order. */
export function printBlockSamples(path: string): Statement {
  const sql = `SELECT ${printColumns(['series', 'toUnixTimestamp64Milli(time)', SAMPLE_VALUE])} FROM file(${printText(path)}, 'Native')`;
  return { sql, names: ['series', 'time', 'value'], settings: scanSettings, readsFile: true };
}

/** The first day (since 1970) that a series has samples on, and whether there are any: `day`, `rows`. */
export function printFirstSeriesDay(context: MetricRequestContext): Statement {
  const sql = `SELECT ${printColumns(['toUInt32(min(day))', 'count()'])} FROM ${printTableName('series', context)}`;
  return { sql, names: ['day', 'rows'], settings: scanSettings };
}

/** How many samples stand in each interval of `widthMillis` from `fromMillis` on: `start` (ms), `samples`. */
export function printSampleCounts(fromMillis: number, widthMillis: number, context: MetricRequestContext): Statement {
  const start = `intDiv(toUnixTimestamp64Milli(time), ${Math.trunc(widthMillis)}) * ${Math.trunc(widthMillis)}`;
  const sql =
    `SELECT ${printColumns([`${start}`, 'count()'])} FROM ${printTableName('samples', context)} ` +
    `WHERE time >= ${printMillis(fromMillis)} GROUP BY c0 ORDER BY c0`;
  return { sql, names: ['start', 'samples'], settings: scanSettings };
}

export function printExemplars(selection: SeriesSelection, limit: number, context: MetricRequestContext): Statement {
  const global = context.deployment.kind === 'cluster' ? 'GLOBAL ' : '';
  const metrics = selection.matchers.filter((matcher) => matcher.name === '__name__');
  const columns = ['series', 'toUnixTimestamp64Milli(time)', 'value', 'labels', 'trace_id', 'span_id'];
  const sql =
    `SELECT ${printColumns(columns)} FROM ${printTableName('exemplars', context)} ` +
    `WHERE ${printMatchers(metrics)} AND series ${global}IN (SELECT series FROM ${printTableName('series', context)} ` +
    `WHERE ${days(selection)} AND ${printMatchers(selection.matchers)}) ` +
    `AND time >= ${printMillis(selection.fromMillis)} AND time <= ${printMillis(selection.toMillis)} ` +
    `ORDER BY series, time LIMIT 1 BY series, time, value, labels LIMIT ${Math.max(0, Math.trunc(limit))}`;
  return { sql, names: ['series', 'time', 'value', 'labels', 'traceId', 'spanId'], settings: scanSettings };
}

export function printMetrics(selection: SeriesSelection, context: MetricRequestContext): Statement {
  const sql =
    'SELECT toString(counted.metric) AS c0, toString(described.type) AS c1, toString(described.unit) AS c2, described.help AS c3, counted.series AS c4 ' +
    `FROM (SELECT metric, uniqExact(series) AS series FROM ${printTableName('series', context)} ` +
    `WHERE ${days(selection)} GROUP BY metric) AS counted LEFT JOIN (SELECT metric, argMax(type, time) AS type, ` +
    `argMax(unit, time) AS unit, argMax(help, time) AS help FROM ${printTableName('metadata', context)} GROUP BY metric) AS described ` +
    'ON counted.metric = described.metric ORDER BY c0';
  return { sql, names: ['metric', 'type', 'unit', 'help', 'series'], settings: scanSettings };
}

export function printLabelValues(
  label: string | undefined,
  selection: SeriesSelection,
  context: MetricRequestContext,
): Statement {
  const value =
    label === undefined
      ? "arrayJoin(arrayConcat(mapKeys(labels), ['__name__']))"
      : label === '__name__'
        ? 'metric'
        : `labels[${printText(label)}]`;
  const sql =
    `SELECT DISTINCT toString(${value}) AS c0 FROM ${printTableName('series', context)} WHERE ${days(selection)} AND ` +
    `${printMatchers(selection.matchers)} AND c0 != '' ORDER BY c0`;
  return { sql, names: ['value'], settings: scanSettings };
}
