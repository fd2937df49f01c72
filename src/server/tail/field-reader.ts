// A field of an arriving row, read as the engine reads it of a stored one: its text ('' where it is absent), whether it is there, and
// what it is equal to. An attribute is compared in its own type, a column in the column's.
import type { Attribute } from '../../api/common.ts';
import type { LogColumns } from '../../model/log-columns.ts';
import type { Field } from '../../storage/ports/plan.ts';
import { hexOf, readAttributes, type LabelLookup } from './column-log-row.ts';

/** Labels that rows refer to. */
export interface Identities {
  readonly resources: LabelLookup;
  readonly streams: LabelLookup;
}

/** Reads something of one row. */
export type RowReader<T> = (logs: LogColumns, row: number, identities: Identities) => T;
export type RowTest = RowReader<boolean>;

type FilterValue = string | number | boolean;

export interface FieldReader {
  readonly text: RowReader<string>;
  readonly exists: RowTest;
  equals(value: FilterValue): RowTest;
  /** `holds` gets −1, 0 or 1 for field < value, = and >; rows that cannot be compared with the value never match. */
  compare(value: FilterValue, holds: (order: number) => boolean): RowTest;
}

const never: RowTest = () => false;
const isNumeric = (text: string): boolean => /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
const isInteger = (text: string): boolean => /^-?\d{1,18}$/.test(text);

function orderOf<T extends number | string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function textReader(text: RowReader<string>, exists: RowTest = (...row) => text(...row) !== ''): FieldReader {
  return {
    text,
    exists,
    equals:
      (value) =>
      (...row) =>
        text(...row) === value,
    compare:
      (value, holds) =>
      (...row) =>
        holds(orderOf(text(...row), String(value))),
  };
}

function numberReader(read: RowReader<number | bigint>): FieldReader {
  const numberOf = (value: FilterValue): number | undefined => {
    if (typeof value !== 'string') return Number(value);
    return value.trim() === '' || Number.isNaN(Number(value)) ? undefined : Number(value);
  };
  return {
    text: (...row) => String(read(...row)),
    exists: (...row) => Number(read(...row)) !== 0,
    equals(value) {
      const wanted = numberOf(value);
      return wanted === undefined ? never : (...row) => Number(read(...row)) === wanted;
    },
    compare(value, holds) {
      const wanted = numberOf(value);
      return wanted === undefined ? never : (...row) => holds(orderOf(Number(read(...row)), wanted));
    },
  };
}

/** Labels compare as numbers with numbers, else as texts. */
function labelReader(read: RowReader<string | undefined>): FieldReader {
  const text: RowReader<string> = (...row) => read(...row) ?? '';
  return {
    ...textReader(text, (...row) => read(...row) !== undefined),
    compare:
      (value, holds) =>
      (...row) =>
        compareText(text(...row), String(value), holds),
  };
}

function compareText(text: string, value: string, holds: (order: number) => boolean): boolean {
  if (!isNumeric(value.trim())) return text !== '' && holds(orderOf(text, value));
  return isNumeric(text) && holds(orderOf(Number(text), Number(value)));
}

/** The attribute called `name`; a dotted name also finds a value inside an object. */
function findAttribute(attributes: readonly Attribute[], name: string): Attribute | undefined {
  const whole = attributes.find((attribute) => attribute.name === name);
  if (whole !== undefined || !name.includes('.')) return whole;
  const [first = '', ...path] = name.split('.');
  let value = attributes.find((attribute) => attribute.kind === 'json' && attribute.name === first)?.value;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value === undefined ? undefined : { name, kind: 'json', value };
}

function attributeText({ value }: Attribute): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isAttributeEqual(attribute: Attribute, value: string): boolean {
  const text = attributeText(attribute);
  switch (attribute.kind) {
    case 'int':
      return isInteger(value) && BigInt(text) === BigInt(value);
    case 'float':
      return isNumeric(value) && Number(text) === Number(value);
    case 'json':
      return value !== '' && text === value;
    case 'string':
    case 'bool':
      return text === value;
  }
}

function attributeReader(name: string): FieldReader {
  const find: RowReader<Attribute | undefined> = (logs, row) =>
    findAttribute(readAttributes(logs.attributes, row), name);
  return {
    text(...row) {
      const found = find(...row);
      return found === undefined ? '' : attributeText(found);
    },
    exists: (...row) => find(...row) !== undefined,
    equals:
      (value) =>
      (...row) => {
        const found = find(...row);
        return found !== undefined && isAttributeEqual(found, String(value));
      },
    compare:
      (value, holds) =>
      (...row) => {
        const found = find(...row);
        if (found === undefined) return false;
        const isFlag = found.kind === 'bool' && isNumeric(String(value).trim());
        return compareText(isFlag ? String(Number(found.value)) : attributeText(found), String(value), holds);
      },
  };
}

const columns: Readonly<Record<string, FieldReader>> = {
  ...Object.fromEntries(
    (
      [
        'service',
        'severityText',
        'logger',
        'event',
        'body',
        'exceptionType',
        'exceptionMessage',
        'exceptionStack',
        'docId',
        'raw',
      ] as const
    ).map((name) => [name, textReader((logs, row) => logs[name].get(row))]),
  ),
  traceId: textReader((logs, row) => hexOf(logs.traceId.at(row)) ?? ''),
  spanId: textReader((logs, row) => hexOf(logs.spanId.at(row)) ?? ''),
  severity: numberReader((logs, row) => logs.severity.get(row)),
  weight: numberReader((logs, row) => logs.weight.get(row)),
  exceptionGroup: numberReader((logs, row) => BigInt.asUintN(64, logs.exceptionGroup.get(row))),
};

/** How `field` is read; undefined when rows have no such column. */
export function readerOf(field: Field): FieldReader | undefined {
  const { name } = field;
  if (field.kind === 'column') return columns[name];
  if (field.kind === 'attribute') return attributeReader(name);
  if (field.kind === 'resource')
    return labelReader((logs, row, { resources }) => resources(logs.resource.get(row))[name]);
  return labelReader((logs, row, { streams }) => streams(logs.stream.get(row))[name]);
}
