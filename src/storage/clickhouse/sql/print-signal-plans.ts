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
import type { Counted, CountRequest } from '../counted-groups.ts';
import type { EngineSettings } from '../driver/driver.ts';
import {
  allColumns,
  printColumnName,
  printFieldNumber,
  printFieldText,
  printFieldValue,
  printTableName,
  type PrintContext,
} from './fields.ts';
import { printDays, printNanos } from './literals.ts';
import { asksOnlyTrace, findTraceId, hasWords, printPredicate, searchesTexts } from './predicate.ts';
import {
  newestSettings,
  countSettings,
  orderedSettings,
  printColumns,
  scanSettings,
  searchedSettings,
  traceSettings,
  wholeTraceSettings,
  wordSettings,
  type Statement,
} from './statement.ts';

/** The bounds of the range first: they cost least and the sort key knows them. */
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
  const { printed, ...named } = printSelection(plan, context);
  const where = [printWhere(plan, context)];
  if (plan.after !== undefined) where.push(`(${printBehind(plan.after, newest)})`);
  const direction = newest ? ' DESC' : '';
  // PREWHERE by hand: left to itself the engine reads a few more columns before it knows which rows it wants.
  const sql =
    `SELECT ${printed} FROM ${printTableName(plan.from, context)} ` +
    `PREWHERE ${where.join(' AND ')} ` +
    `ORDER BY time${direction}, ingester${direction}, sequence${direction} LIMIT ${Math.max(0, Math.trunc(plan.limit))}`;
  return { sql, ...named, settings: chooseRowSettings(plan.where) };
}

/** Columns that are not shown. */
const hidden: ReadonlySet<string> = new Set(['flags', 'doc_id', 'raw', 'retention']);

function printSelection(
  { select, from }: RowPlan,
  context: PrintContext,
): Pick<Statement, 'names' | 'columns'> & { readonly printed: string } {
  if (select === 'all' || select === 'shown') {
    const without = select === 'all' ? [] : allColumns(from).filter(({ sql }) => hidden.has(sql));
    const columns = allColumns(from).filter(({ sql }) => select === 'all' || !hidden.has(sql));
    // The engine would take a tenth of the whole time to find out what each of thirty names means.
    const printed = without.length === 0 ? '*' : `* EXCEPT (${without.map(({ sql }) => sql).join(', ')})`;
    return { printed, names: columns.map(({ name }) => name), columns: columns.map(({ sql }) => sql) };
  }
  const wanted = [...select];
  // The cursor always comes along.
  for (const field of position) if (!wanted.some((one) => fieldName(one) === field.name)) wanted.push(field);
  return {
    printed: printColumns(wanted.map((field) => printFieldValue(field, context))),
    names: wanted.map(fieldName),
  };
}

function chooseRowSettings(where: Predicate): EngineSettings {
  if (findTraceId(where) !== undefined) return asksOnlyTrace(where) ? wholeTraceSettings : traceSettings;
  if (hasWords(where)) return wordSettings;
  if (where.kind === 'all' && where.of.length === 0) return newestSettings;
  return searchesTexts(where) ? searchedSettings : orderedSettings;
}

type AggregatePrinters = {
  readonly [K in Aggregate['kind']]: (aggregate: Extract<Aggregate, { kind: K }>, context: PrintContext) => string;
};

const numberAggregate =
  (print: (value: string) => string) =>
  ({ field }: { readonly field: Field }, context: PrintContext): string =>
    print(printFieldNumber(field, context));

const aggregatePrinters: AggregatePrinters = {
  count: ({ where }, context) =>
    where === undefined ? 'sum(toFloat64(weight))' : `sumIf(toFloat64(weight), ${printPredicate(where, context)})`,
  rows: () => 'toFloat64(count())',
  sum: numberAggregate((value) => `sumIf(${value} * weight, NOT isNaN(${value}))`),
  min: numberAggregate((value) => `minIf(${value}, NOT isNaN(${value}))`),
  max: numberAggregate((value) => `maxIf(${value}, NOT isNaN(${value}))`),
  avg: numberAggregate(
    (value) => `sumIf(${value} * weight, NOT isNaN(${value})) / sumIf(toFloat64(weight), NOT isNaN(${value}))`,
  ),
  quantile: ({ q, field }, context) => printQuantile([q], 0, field, context),
  distinct: ({ field }, context) => {
    const text = printFieldText(field, context);
    return `toFloat64(uniqExactIf(${text}, ${text} != ''))`;
  },
};

/** The quantile at `levels[index]`. All quantiles of a field are of one digest: the engine makes the same aggregate once. */
function printQuantile(levels: readonly number[], index: number, field: Field, context: PrintContext): string {
  const value = printFieldNumber(field, context);
  const bounded = levels.map((q) => Math.min(1, Math.max(0, Number.isNaN(q) ? 0.5 : q)));
  const weight = 'toUInt64(greatest(1, round(weight)))';
  const digest = `quantilesTDigestWeightedIf(${bounded.join(', ')})(${value}, ${weight}, NOT isNaN(${value}))`;
  return `toFloat64(arrayElement(${digest}, ${index + 1}))`;
}

function printAggregates(aggregates: readonly Aggregate[], context: PrintContext): string[] {
  const levels = new Map<string, number[]>();
  for (const one of aggregates) {
    if (one.kind !== 'quantile') continue;
    const name = fieldName(one.field);
    levels.set(name, [...(levels.get(name) ?? []), one.q]);
  }
  const seen = new Map<string, number>();
  return aggregates.map((one) => {
    const print = aggregatePrinters[one.kind] as (aggregate: Aggregate, context: PrintContext) => string;
    if (one.kind !== 'quantile') return print(one, context);
    const name = fieldName(one.field);
    const index = seen.get(name) ?? 0;
    seen.set(name, index + 1);
    return printQuantile(levels.get(name)!, index, one.field, context);
  });
}

const printBucket = (at: string, width: bigint): string => `intDiv(${at}, ${width}) * ${width}`;

export function printGroupPlan(plan: GroupPlan, context: PrintContext): Statement {
  const keys = plan.by.map((field) => printFieldText(field, context));
  const values = printAggregates(plan.aggregates, context);
  const bucketed = plan.bucket !== undefined;
  const width = plan.bucket === undefined || plan.bucket < 1n ? 1n : plan.bucket;
  const bucket = bucketed ? [printBucket('toUnixTimestamp64Nano(time)', width)] : [];
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
  const groups = `SELECT ${printColumns(expressions)} FROM ${printTableName(plan.from, context)} WHERE ${printWhere(plan, context)}${groupBy}`;
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

const MINUTE = 60_000_000_000n;

const countTables = { logs: 'log_counts', spans: 'span_counts' } as const;
const sumsOfMinutes: Readonly<Record<Counted, string>> = {
  count: 'sum(weight)',
  rows: 'sum(rows)',
  duration: 'sum(duration)',
};
const sumsOfRows: Readonly<Record<Counted, string>> = {
  count: 'sum(toFloat64(weight))',
  rows: 'toFloat64(count())',
  duration: 'sum(toFloat64(duration) * weight)',
};

/** Counts in no order: several statements make one answer (counted-groups.ts). */
export function printCounts(
  { from: signal, at, ranges, where, by, bucket, sums, limit }: CountRequest,
  context: PrintContext,
): Statement {
  const inMinutes = at === 'minutes';
  const printKey = (field: Field): string =>
    inMinutes ? printColumnName(field.name) : printFieldValue(field, context);
  const time = inMinutes ? `toInt64(minute) * ${MINUTE}` : 'toUnixTimestamp64Nano(time)';
  const keys = [...(bucket === undefined ? [] : [printBucket(time, bucket)]), ...by.map(printKey)];
  const counts = sums.map((sum) => (inMinutes ? sumsOfMinutes : sumsOfRows)[sum]);
  const within = ranges.map(({ from, to }) =>
    inMinutes
      ? `(${printDays(from, to)} AND minute >= ${from / MINUTE} AND minute < ${to / MINUTE})`
      : `(time >= ${printNanos(from)} AND time < ${printNanos(to)})`,
  );
  const groupBy = keys.length === 0 ? '' : ` GROUP BY ${keys.map((_, index) => `c${index}`).join(', ')}`;
  const sql =
    `SELECT ${printColumns([...keys, ...counts])} FROM ${printTableName(inMinutes ? countTables[signal] : signal, context)} ` +
    `PREWHERE (${within.join(' OR ')}) AND ${printPredicate(where, context)}${groupBy}` +
    (sums.length === 0 ? '' : ` ORDER BY c${keys.length} DESC`) +
    ` LIMIT ${limit}`;
  const names = [...(bucket === undefined ? [] : ['bucket']), ...by.map((_, i) => `key${i}`), ...sums];
  return { sql, names, settings: countSettings };
}

/** What a side's other one took back is gone from the sums: edges of nothing are left out. */
export function printServiceEdges(
  { from, to }: TimeRange,
  limit: number,
  context: Pick<PrintContext, 'deployment'>,
): Statement {
  const names = ['client', 'server', 'kind', 'count', 'rows', 'errors', 'duration', 'buckets', 'counts'];
  const buckets =
    'SELECT client, server, kind, duration_bucket, sum(weight) AS count, sum(rows) AS counted, sum(errors) AS failed, ' +
    `sum(duration) AS took FROM ${printTableName('service_edges', context)} ` +
    `PREWHERE ${printDays(from, to)} AND minute >= ${from / MINUTE} AND minute < ${(to + MINUTE - 1n) / MINUTE} ` +
    'GROUP BY client, server, kind, duration_bucket HAVING counted > 0';
  const values = [
    'client',
    'server',
    'kind',
    'sum(count)',
    'sum(counted)',
    'sum(failed)',
    'sum(took)',
    'groupArray(duration_bucket)',
    'groupArray(count)',
  ];
  const sql =
    `SELECT ${printColumns(values)} FROM (${buckets}) GROUP BY client, server, kind ` +
    `ORDER BY c3 DESC, c0, c1, c2 LIMIT ${Math.max(0, Math.trunc(limit))}`;
  return { sql, names, settings: countSettings };
}

export function printFieldNamesPlan(plan: FieldNamesPlan, context: PrintContext): Statement {
  // The names alone are read, which lie in files of their own. Texts and integers are in most rows, the others in hardly any.
  const keysOf: readonly (readonly [kind: string, keys: string, carries: string])[] = [
    ['string', 'attr_string.keys', '1'],
    ['int', 'attr_int.keys', '1'],
    ['float', 'attr_float.keys', 'notEmpty(attr_float.keys)'],
    ['bool', 'attr_bool.keys', 'notEmpty(attr_bool.keys)'],
    ['json', 'JSONExtractKeys(attr_json)', "attr_json != ''"],
  ];
  const where = printWhere(plan, context);
  const parts = keysOf.map(
    ([kind, keys, carries]) =>
      `SELECT toString(name) AS c0, '${kind}' AS c1, sum(toFloat64(weight)) AS c2 FROM ` +
      `(SELECT arrayJoin(${keys}) AS name, weight FROM ${printTableName(plan.from, context)} PREWHERE ${where} AND ${carries}) GROUP BY name`,
  );
  const sql = `SELECT c0, c1, c2 FROM (${parts.join(' UNION ALL ')}) ORDER BY c2 DESC, c0, c1 LIMIT ${Math.max(0, Math.trunc(plan.limit))}`;
  return { sql, names: ['name', 'kind', 'rows'], settings: scanSettings };
}
