// The plans over logs and spans as statements.
import type {
  Aggregate,
  Field,
  FieldNamesPlan,
  GroupPlan,
  Predicate,
  RowPlan,
  RowPosition,
  TimeRange,
} from '../../ports/plan.ts';
import { fieldName } from '../../ports/plan.ts';
import {
  allColumns,
  printFieldNumber,
  printFieldText,
  printFieldValue,
  printTableName,
  type PrintContext,
} from './fields.ts';
import { printDays, printNanos } from './literals.ts';
import { findTraceId, isIndexed, printPredicate } from './predicate.ts';
import {
  indexedSettings,
  orderedSettings,
  pointSettings,
  printColumns,
  scanSettings,
  type Statement,
} from './statement.ts';

function printWhere(plan: { range: TimeRange; where: Predicate }, context: PrintContext): string {
  const { from, to } = plan.range;
  return `time >= ${printNanos(from)} AND time < ${printNanos(to)} AND ${printPredicate(plan.where, context)}`;
}

/** Rows behind `position` in the order (time, ingester, sequence); the first condition alone lets the sort key skip. */
function printBehind(position: RowPosition, newest: boolean): string {
  const op = newest ? '<' : '>';
  const time = printNanos(position.time);
  const ingester = `toUInt32(${BigInt.asUintN(32, BigInt(position.ingester))})`;
  const sequence = `toUInt64(${BigInt.asUintN(64, position.sequence)})`;
  return (
    `time ${op}= ${time} AND (time ${op} ${time} OR ingester ${op} ${ingester} ` +
    `OR (ingester = ${ingester} AND sequence ${op} ${sequence}))`
  );
}

const position: readonly Field[] = ['time', 'ingester', 'sequence'].map((name) => ({ kind: 'column', name }));

export function printRowPlan(plan: RowPlan, context: PrintContext): Statement {
  const newest = plan.order === 'newest';
  const wanted = plan.select === 'all' ? [] : [...plan.select];
  // The cursor always comes along.
  for (const field of position) if (!wanted.some((one) => fieldName(one) === field.name)) wanted.push(field);
  const columns =
    plan.select === 'all'
      ? allColumns(plan.from)
      : wanted.map((field) => ({ sql: printFieldValue(field, context), name: fieldName(field) }));
  const where = [printWhere(plan, context)];
  if (plan.after !== undefined) where.push(`(${printBehind(plan.after, newest)})`);
  const direction = newest ? ' DESC' : '';
  const sql =
    `SELECT ${printColumns(columns.map((column) => column.sql))} FROM ${printTableName(plan.from, context)} ` +
    `WHERE ${where.join(' AND ')} ` +
    `ORDER BY time${direction}, ingester${direction}, sequence${direction} LIMIT ${Math.max(0, Math.trunc(plan.limit))}`;
  const narrow = isIndexed(plan.where) ? indexedSettings : orderedSettings;
  const settings = findTraceId(plan.where) === undefined ? narrow : pointSettings;
  return { sql, names: columns.map((column) => column.name), settings };
}

type AggregatePrinters = {
  readonly [K in Aggregate['kind']]: (aggregate: Extract<Aggregate, { kind: K }>, context: PrintContext) => string;
};

const numberAggregate =
  (print: (value: string) => string) =>
  ({ field }: { readonly field: Field }, context: PrintContext): string =>
    print(printFieldNumber(field, context));

const aggregatePrinters: AggregatePrinters = {
  count: () => 'sum(toFloat64(weight))',
  sum: numberAggregate((value) => `sumIf(${value} * weight, NOT isNaN(${value}))`),
  min: numberAggregate((value) => `minIf(${value}, NOT isNaN(${value}))`),
  max: numberAggregate((value) => `maxIf(${value}, NOT isNaN(${value}))`),
  avg: numberAggregate(
    (value) => `sumIf(${value} * weight, NOT isNaN(${value})) / sumIf(toFloat64(weight), NOT isNaN(${value}))`,
  ),
  quantile: ({ q, field }, context) => {
    const value = printFieldNumber(field, context);
    const level = Math.min(1, Math.max(0, Number.isNaN(q) ? 0.5 : q));
    return `toFloat64(quantileTDigestWeightedIf(${level})(${value}, toUInt64(greatest(1, round(weight))), NOT isNaN(${value})))`;
  },
  distinct: ({ field }, context) => {
    const text = printFieldText(field, context);
    return `toFloat64(uniqExactIf(${text}, ${text} != ''))`;
  },
};

function printAggregate(aggregate: Aggregate, context: PrintContext): string {
  const print = aggregatePrinters[aggregate.kind] as (one: Aggregate, context: PrintContext) => string;
  return print(aggregate, context);
}

/** Where groups are counted: a table or selection, and the expression of a row's time in ns. */
interface GroupSource {
  readonly from: string;
  readonly at: string;
}

const MINUTE = 60_000_000_000n;
const counted = new Set(['service', 'severity']);

/** Whether the predicate asks for nothing but what the counts by minute know. */
function asksOnlyCounted(predicate: Predicate): boolean {
  if (predicate.kind === 'all' || predicate.kind === 'any') return predicate.of.every(asksOnlyCounted);
  if (predicate.kind === 'not') return asksOnlyCounted(predicate.of);
  return 'field' in predicate && isCounted(predicate.field);
}

const isCounted = (field: Field): boolean => field.kind === 'column' && counted.has(field.name);

/** The counts by minute where they can answer: whole minutes from there, the ends of the range from the rows. */
function printCountSource(plan: GroupPlan, context: PrintContext): GroupSource | undefined {
  const { from, to } = plan.range;
  const first = (from + MINUTE - 1n) / MINUTE;
  const last = to / MINUTE;
  if (plan.from !== 'logs' || from < 0n || first >= last) return undefined;
  if (plan.bucket !== undefined && plan.bucket % MINUTE !== 0n) return undefined;
  if (!plan.aggregates.every((aggregate) => aggregate.kind === 'count')) return undefined;
  if (!plan.by.every(isCounted) || !asksOnlyCounted(plan.where)) return undefined;
  const where = printPredicate(plan.where, context);
  const clamp = (minute: bigint): bigint => (minute > 2n ** 31n - 1n ? 2n ** 31n - 1n : minute);
  const ends = [
    ...(from < first * MINUTE ? [`(time >= ${printNanos(from)} AND time < ${printNanos(first * MINUTE)})`] : []),
    ...(last * MINUTE < to ? [`(time >= ${printNanos(last * MINUTE)} AND time < ${printNanos(to)})`] : []),
  ];
  const whole =
    `SELECT toInt64(minute) * ${MINUTE} AS at, service, severity, weight FROM ${printTableName('log_counts', context)} ` +
    `WHERE ${printDays(from, to)} AND minute >= ${clamp(first)} AND minute < ${clamp(last)} AND ${where}`;
  const parts = ends.map(
    (end) =>
      `SELECT toUnixTimestamp64Nano(time) AS at, service, severity, toFloat64(weight) AS weight ` +
      `FROM ${printTableName('logs', context)} WHERE ${end} AND ${where}`,
  );
  return { from: `(${[whole, ...parts].join(' UNION ALL ')})`, at: 'at' };
}

export function printGroupPlan(plan: GroupPlan, context: PrintContext): Statement {
  const source = printCountSource(plan, context) ?? {
    from: `${printTableName(plan.from, context)} WHERE ${printWhere(plan, context)}`,
    at: 'toUnixTimestamp64Nano(time)',
  };
  const keys = plan.by.map((field) => printFieldText(field, context));
  const values = plan.aggregates.map((aggregate) => printAggregate(aggregate, context));
  const bucketed = plan.bucket !== undefined;
  const width = plan.bucket === undefined || plan.bucket < 1n ? 1n : plan.bucket;
  const bucket = bucketed ? [`intDiv(${source.at}, ${width}) * ${width}`] : [];
  const expressions = [...bucket, ...keys, ...values];
  const names = [
    ...(bucketed ? ['bucket'] : []),
    ...keys.map((_, index) => `key${index}`),
    ...values.map((_, index) => `value${index}`),
  ];
  const groupKeys = [...bucket, ...keys].map((_, index) => `c${index}`);
  const firstValue = `c${groupKeys.length}`;
  const limit = Math.max(0, Math.trunc(plan.limit));
  const groupBy = groupKeys.length === 0 ? '' : ` GROUP BY ${groupKeys.join(', ')}`;
  const groups = `SELECT ${printColumns(expressions)} FROM ${source.from}${groupBy}`;
  const largest = values.length === 0 ? '' : ` ORDER BY ${firstValue} DESC, ${[...groupKeys, '1'].join(', ')}`;
  if (!bucketed) return { sql: `${groups}${largest} LIMIT ${limit}`, names, settings: scanSettings };
  if (keys.length === 0) return { sql: `${groups} ORDER BY c0 LIMIT ${limit}`, names, settings: scanSettings };
  // The limit is on series of buckets: the keys with the largest totals keep all their buckets.
  const keyNames = keys.map((_, index) => `c${index + 1}`);
  const points = ['c0', ...values.map((_, index) => `c${index + 1 + keys.length}`)];
  const total = values.length === 0 ? 'count()' : `sum(${firstValue})`;
  const chosen =
    `SELECT ${keyNames.join(', ')}, groupArray((${points.join(', ')})) AS points, ${total} AS total ` +
    `FROM (${groups}) GROUP BY ${keyNames.join(', ')} ORDER BY total DESC, ${keyNames.join(', ')} LIMIT ${limit}`;
  const unpacked = points.map((name, index) => `tupleElement(point, ${index + 1}) AS ${name}`);
  const ordered = names.map((_, index) => `c${index}`);
  return {
    sql: `SELECT ${ordered.join(', ')} FROM (SELECT ${[...keyNames, ...unpacked].join(', ')} FROM (${chosen}) ARRAY JOIN points AS point) ORDER BY c0, ${keyNames.join(', ')}`,
    names,
    settings: scanSettings,
  };
}

export function printFieldNamesPlan(plan: FieldNamesPlan, context: PrintContext): Statement {
  const keysOf: readonly (readonly [kind: string, keys: string])[] = [
    ['string', 'mapKeys(attr_string)'],
    ['int', 'mapKeys(attr_int)'],
    ['float', 'mapKeys(attr_float)'],
    ['bool', 'mapKeys(attr_bool)'],
    ['json', "if(attr_json = '', [], JSONExtractKeys(attr_json))"],
  ];
  const where = printWhere(plan, context);
  const parts = keysOf.map(
    ([kind, keys]) =>
      `SELECT toString(name) AS c0, '${kind}' AS c1, sum(toFloat64(weight)) AS c2 FROM ` +
      `(SELECT arrayJoin(${keys}) AS name, weight FROM ${printTableName(plan.from, context)} WHERE ${where}) GROUP BY name`,
  );
  const sql = `SELECT c0, c1, c2 FROM (${parts.join(' UNION ALL ')}) ORDER BY c2 DESC, c0, c1 LIMIT ${Math.max(0, Math.trunc(plan.limit))}`;
  return { sql, names: ['name', 'kind', 'rows'], settings: scanSettings };
}
