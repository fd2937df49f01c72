// Fields of a plan as SQL expressions over the logs and spans tables.
// A column is known by the name that it has in the model (traceId); attributes are looked up in the typed maps, then in the JSON of
// what is no scalar; labels of resources and streams through their own tables.
import { codedError } from '../../../base/coded-error.ts';
import type { Field, Scalar, SignalName, TimeRange } from '../../ports/plan.ts';
import { storageErrors } from '../driver/engine-errors.ts';
import { logs } from '../tables/logs.ts';
import { spans } from '../tables/spans.ts';
import type { Deployment } from '../tables/print-tables.ts';
import { printDays, printFingerprint, printId, printNanos, printNumber, printText } from './literals.ts';

/** What the printers need to know beside the plan. */
export interface PrintContext {
  readonly deployment: Deployment;
  readonly from: SignalName;
  readonly range: TimeRange;
}

/** The bucket of a span's duration, as model/duration-buckets.ts has it. */
export const DURATION_BUCKET =
  'toUInt16(greatest(0, toInt32(bitShiftRight(reinterpretAsUInt64(toFloat64(duration)), 49)) - 8183))';

export const signalTables = { logs, spans } as const;

export function printTableName(table: string, { deployment }: Pick<PrintContext, 'deployment'>): string {
  return `${deployment.database}.${table}`;
}

/** What rows are asked for as if it were a column of theirs. */
const computed: Readonly<Record<SignalName, Readonly<Record<string, string>>>> = {
  logs: {},
  spans: { duration_bucket: DURATION_BUCKET },
};

const toSnake = (name: string): string => name.replaceAll(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
const toCamel = (name: string): string => name.replaceAll(/_([a-z])/g, (_, c: string) => c.toUpperCase());

/** The name of a column in its table. */
export function printColumnName(name: string): string {
  return toSnake(name);
}

/** Names of the columns that hold attributes in an answer of whole rows. */
const attributeColumns: Readonly<Record<string, string>> = {
  attr_string: 'attributeStrings',
  attr_int: 'attributeInts',
  attr_float: 'attributeFloats',
  attr_bool: 'attributeBools',
  attr_json: 'attributeJson',
};

/** Every column of whole rows: its SQL name and the name that it has in the answer. */
export function allColumns(from: SignalName): { sql: string; name: string }[] {
  return signalTables[from].columns.map(({ name }) => ({ sql: name, name: attributeColumns[name] ?? toCamel(name) }));
}

type ColumnKind = 'text' | 'number' | 'time' | 'id' | 'fingerprint';

function kindOf(type: string): ColumnKind {
  if (type.startsWith('DateTime64')) return 'time';
  if (type.startsWith('FixedString')) return 'id';
  if (type === 'UInt64') return 'fingerprint';
  return type.includes('String') ? 'text' : 'number';
}

interface KnownColumn {
  readonly sql: string;
  readonly kind: ColumnKind;
  readonly idBytes: number;
}

function findColumn(name: string, from: SignalName): KnownColumn {
  const sql = toSnake(name);
  const made = computed[from][sql];
  if (made !== undefined) return { sql: made, kind: 'number', idBytes: 0 };
  const column = signalTables[from].columns.find((candidate) => candidate.name === sql);
  if (column === undefined || sql in attributeColumns)
    throw codedError(storageErrors, 'QUERY_REFUSED', `${from} have no column ${JSON.stringify(name)}`);
  // The sequence is a plain number that happens to be 64 bits wide.
  const kind = sql === 'sequence' ? 'number' : kindOf(column.type);
  return { sql, kind, idBytes: Number(/\((\d+)\)/.exec(column.type)?.[1] ?? 0) };
}

const NEVER = '0';

/** A literal that compares with `column`, undefined when no value of it can be equal to `value`. */
function printValue(column: KnownColumn, value: Scalar): string | undefined {
  if (column.kind === 'text') return printText(String(value));
  if (column.kind === 'id') return printId(String(value), column.idBytes);
  if (typeof value === 'boolean') return value ? '1' : '0';
  const text = String(value).trim();
  if (column.kind === 'number') {
    if (typeof value === 'bigint') return printNumber(value);
    return text === '' || Number.isNaN(Number(text)) ? undefined : printNumber(Number(text));
  }
  if (!/^-?\d+$/.test(text)) return undefined;
  return column.kind === 'time' ? printNanos(BigInt(text)) : printFingerprint(BigInt(text));
}

/** `labels['name']` and its like inside a selection of the fingerprints that a row may refer to. */
function printLabelled(field: Field, condition: string, context: PrintContext): string {
  const table = field.kind === 'resource' ? 'resources' : 'streams';
  const global = context.deployment.kind === 'cluster' ? 'GLOBAL ' : '';
  const days = printDays(context.range.from, context.range.to);
  return `${field.kind} ${global}IN (SELECT fingerprint FROM ${printTableName(table, context)} WHERE ${days} AND ${condition})`;
}

const isNumeric = (text: string): boolean => /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
const isWhole = (value: Scalar): boolean => typeof value !== 'number' || Number.isSafeInteger(value);
const isInteger = (text: string): boolean => /^-?\d{1,18}$/.test(text);

function printAttributeEquals(name: string, value: Scalar): string {
  const key = printText(name);
  const text = String(value);
  if (text === '') return `(attr_string[${key}] = '' AND mapContains(attr_string, ${key}))`;
  const parts = [`attr_string[${key}] = ${printText(text)}`];
  if (isInteger(text)) parts.push(`(attr_int[${key}] = ${BigInt(text)} AND mapContains(attr_int, ${key}))`);
  if (isNumeric(text)) {
    parts.push(`(attr_float[${key}] = toFloat64(${printText(text)}) AND mapContains(attr_float, ${key}))`);
  }
  if (text === 'true') parts.push(`(attr_bool[${key}] AND mapContains(attr_bool, ${key}))`);
  if (text === 'false') parts.push(`(NOT attr_bool[${key}] AND mapContains(attr_bool, ${key}))`);
  parts.push(`(attr_json != '' AND ${printJsonText(name)} = ${printText(text)})`);
  return `(${parts.join(' OR ')})`;
}

/** The text of what is no scalar; a dotted name also finds a value inside an object. */
function printJsonText(name: string): string {
  const path = name.split('.').map(printText).join(', ');
  const at = (args: string): string =>
    `if(JSONType(attr_json, ${args}) = 'String', JSONExtractString(attr_json, ${args}), JSONExtractRaw(attr_json, ${args}))`;
  if (!name.includes('.')) return at(path);
  return `if(JSONHas(attr_json, ${printText(name)}), ${at(printText(name))}, ${at(path)})`;
}

function printJsonHas(name: string): string {
  const whole = `JSONHas(attr_json, ${printText(name)})`;
  if (!name.includes('.')) return whole;
  return `(${whole} OR JSONHas(attr_json, ${name.split('.').map(printText).join(', ')}))`;
}

/** The field as text: '' where it is absent. */
export function printFieldText(field: Field, context: PrintContext): string {
  if (field.kind === 'column') {
    const { sql, kind, idBytes } = findColumn(field.name, context.from);
    if (kind === 'text') return sql;
    if (kind === 'id') return `if(${sql} = toFixedString('', ${idBytes}), '', lower(hex(${sql})))`;
    return kind === 'time' ? `toString(toUnixTimestamp64Nano(${sql}))` : `toString(${sql})`;
  }
  if (field.kind !== 'attribute') return printLabel(field, context);
  const key = printText(field.name);
  return (
    `multiIf(mapContains(attr_string, ${key}), attr_string[${key}], mapContains(attr_int, ${key}), toString(attr_int[${key}]), ` +
    `mapContains(attr_float, ${key}), toString(attr_float[${key}]), mapContains(attr_bool, ${key}), toString(attr_bool[${key}]), ` +
    `attr_json = '', '', ${printJsonText(field.name)})`
  );
}

/** The label of a row's resource or stream as a value: a map from fingerprint to label, made once for the query. */
function printLabel(field: Field, context: PrintContext): string {
  const table = field.kind === 'resource' ? 'resources' : 'streams';
  const days = printDays(context.range.from, context.range.to);
  const label = `labels[${printText(field.name)}]`;
  const pairs =
    `(SELECT (groupArray(fingerprint), groupArray(label)) FROM (SELECT fingerprint, any(${label}) AS label ` +
    `FROM ${printTableName(table, context)} WHERE ${days} AND ${label} != '' GROUP BY fingerprint))`;
  return `transform(${field.kind}, tupleElement(${pairs}, 1), tupleElement(${pairs}, 2), '')`;
}

/** The field as Float64, NaN where it is absent or no number. */
export function printFieldNumber(field: Field, context: PrintContext): string {
  if (field.kind === 'column') {
    const { sql, kind } = findColumn(field.name, context.from);
    if (kind === 'text') return `ifNull(toFloat64OrNull(${sql}), nan)`;
    if (kind === 'id') return 'nan';
    return kind === 'time' ? `toFloat64(toUnixTimestamp64Nano(${sql}))` : `toFloat64(${sql})`;
  }
  if (field.kind !== 'attribute') return `ifNull(toFloat64OrNull(${printLabel(field, context)}), nan)`;
  const key = printText(field.name);
  return (
    `multiIf(mapContains(attr_int, ${key}), toFloat64(attr_int[${key}]), mapContains(attr_float, ${key}), attr_float[${key}], ` +
    `mapContains(attr_bool, ${key}), toFloat64(attr_bool[${key}]), ifNull(toFloat64OrNull(attr_string[${key}]), nan))`
  );
}

/** The field as it comes in an answer: columns in their own type, the others as text. */
export function printFieldValue(field: Field, context: PrintContext): string {
  return field.kind === 'column' ? findColumn(field.name, context.from).sql : printFieldText(field, context);
}

export function printExists(field: Field, context: PrintContext): string {
  const key = printText(field.name);
  if (field.kind === 'column') {
    const { sql, kind, idBytes } = findColumn(field.name, context.from);
    if (kind === 'text') return `${sql} != ''`;
    return kind === 'id'
      ? `${sql} != toFixedString('', ${idBytes})`
      : `${sql} != ${kind === 'time' ? printNanos(0n) : '0'}`;
  }
  if (field.kind !== 'attribute') return printLabelled(field, `mapContains(labels, ${key})`, context);
  const maps = ['attr_string', 'attr_int', 'attr_float', 'attr_bool'].map((map) => `mapContains(${map}, ${key})`);
  return `(${maps.join(' OR ')} OR (attr_json != '' AND ${printJsonHas(field.name)}))`;
}

/** field = value. */
export function printEquals(field: Field, value: Scalar, context: PrintContext): string {
  if (field.kind === 'column') {
    const column = findColumn(field.name, context.from);
    const literal = printValue(column, value);
    return literal === undefined ? NEVER : `${column.sql} = ${literal}`;
  }
  if (field.kind === 'attribute') return printAttributeEquals(field.name, value);
  const label = `labels[${printText(field.name)}]`;
  // An absent label is '', also for rows whose resource has no such label at all.
  if (value === '') return `NOT ${printLabelled(field, `${label} != ''`, context)}`;
  return printLabelled(field, `${label} = ${printText(String(value))}`, context);
}

/** field IN (values) of a column; undefined where that would not say the same as one `=` for each. */
export function printIn(field: Field, values: readonly Scalar[], context: PrintContext): string | undefined {
  if (field.kind !== 'column') return undefined;
  const column = findColumn(field.name, context.from);
  // A set finds NaN, and rounds what is no integer.
  if (column.kind === 'number' && !values.every((value) => typeof value !== 'string' && isWhole(value)))
    return undefined;
  const literals = values.map((value) => printValue(column, value)).filter((literal) => literal !== undefined);
  return literals.length === 0 ? NEVER : `${column.sql} IN (${literals.join(', ')})`;
}

/** field < value and its like; texts compare as texts where the value is no number. */
export function printOrder(field: Field, op: string, value: Scalar, context: PrintContext): string {
  if (field.kind === 'column') {
    const column = findColumn(field.name, context.from);
    const literal = printValue(column, value);
    return literal === undefined ? NEVER : `${column.sql} ${op} ${literal}`;
  }
  const text = String(value).trim();
  if (isNumeric(text)) return `${printFieldNumber(field, context)} ${op} toFloat64(${printText(text)})`;
  const expression = printFieldText(field, context);
  return `(${expression} != '' AND ${expression} ${op} ${printText(String(value))})`;
}

/** A condition over the field's text; an absent label is '', and the condition may well hold for that. */
export function printTextCondition(field: Field, context: PrintContext, condition: (text: string) => string): string {
  if (field.kind === 'column' || field.kind === 'attribute') return condition(printFieldText(field, context));
  const label = `labels[${printText(field.name)}]`;
  const holdsForAbsent = condition("''");
  const found = printLabelled(field, condition(label), context);
  const notFound = printLabelled(field, `NOT (${condition(label)})`, context);
  return `((${holdsForAbsent}) AND NOT (${notFound})) OR (NOT (${holdsForAbsent}) AND ${found})`;
}
