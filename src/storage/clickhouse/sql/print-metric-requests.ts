// What the metric port asks, as statements.
import type { LabelMatcher } from '../../ports/telemetry-store.ts';
import type { Deployment } from '../tables/print-tables.ts';
import { printTableName } from './fields.ts';
import { printDays, printMillis, printText } from './literals.ts';
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

export function printSamples(selection: SeriesSelection, context: MetricRequestContext): Statement {
  const global = context.deployment.kind === 'cluster' ? 'GLOBAL ' : '';
  const metrics = selection.matchers.filter((matcher) => matcher.name === '__name__');
  const value = `if(scale = 127, float, mantissa / arrayElement(${POWERS}, scale + 1))`;
  const sql =
    `SELECT ${printColumns(['series', 'toUnixTimestamp64Milli(time)', value])} FROM ${printTableName('samples', context)} ` +
    `WHERE ${printMatchers(metrics)} AND series ${global}IN (SELECT series FROM ${printTableName('series', context)} ` +
    `WHERE ${days(selection)} AND ${printMatchers(selection.matchers)}) ` +
    `AND time >= ${printMillis(selection.fromMillis)} AND time <= ${printMillis(selection.toMillis)} ORDER BY series, time`;
  return { sql, names: ['series', 'time', 'value'], settings: scanSettings };
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
