// Whether a row of log columns matches the conditions of a search: what the engine does for stored rows, done for arriving ones.
import { RE2JS } from 're2js';
import type { FieldFilter } from '../../api/common.ts';
import { codedError } from '../../base/coded-error.ts';
import type { LogColumns } from '../../model/log-columns.ts';
import type { Field } from '../../storage/ports/plan.ts';
import { serverErrors } from '../errors.ts';
import { fieldOf, type LogConditions } from '../queries/conditions.ts';
import { severityGroupOf } from '../queries/severity.ts';
import { compileWords } from './body-words.ts';
import { hexOf, readAttributes, type LabelLookup } from './column-log-row.ts';

/** Labels that rows refer to. */
export interface Identities {
  readonly resources: LabelLookup;
  readonly streams: LabelLookup;
}

export type RowTest = (logs: LogColumns, row: number, identities: Identities) => boolean;
type FieldText = (logs: LogColumns, row: number, identities: Identities) => string | undefined;

const textColumns = [
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
] as const;
const idColumns = ['traceId', 'spanId'] as const;

/** Reads a field as text, undefined where the row has none. */
function compileField(field: Field): FieldText {
  const { name } = field;
  if (field.kind === 'resource') return (logs, row, { resources }) => resources(logs.resource.get(row))[name];
  if (field.kind === 'stream') return (logs, row, { streams }) => streams(logs.stream.get(row))[name];
  if (field.kind === 'attribute') {
    return (logs, row) => {
      const found = readAttributes(logs.attributes, row).find((attribute) => attribute.name === name);
      if (found === undefined) return undefined;
      return typeof found.value === 'string' ? found.value : JSON.stringify(found.value);
    };
  }
  const text = textColumns.find((column) => column === name);
  if (text !== undefined) return (logs, row) => logs[text].get(row) || undefined;
  const id = idColumns.find((column) => column === name);
  if (id !== undefined) return (logs, row) => hexOf(logs[id].at(row));
  if (name === 'severity') return (logs, row) => String(logs.severity.get(row));
  if (name === 'weight') return (logs, row) => String(logs.weight.get(row));
  return (logs, row) => String(BigInt.asUintN(64, logs.exceptionGroup.get(row)));
}

function isSame(text: string, value: string): boolean {
  return text === value || (text !== '' && value.trim() !== '' && Number(text) === Number(value));
}

function compileRegex(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw codedError(serverErrors, 'REQUEST_INVALID', `filters: cannot read the pattern: ${(error as Error).message}`);
  }
}

function compileFilter({ field, op, value = '' }: FieldFilter): RowTest {
  const wanted = String(value);
  const read: FieldText =
    field === 'level' ? (logs, row) => severityGroupOf(logs.severity.get(row)) : compileField(fieldOf(field, 'logs'));
  const compare = (holds: (a: number, b: number) => boolean): RowTest => {
    return (logs, row, identities) => {
      const text = read(logs, row, identities);
      return text !== undefined && text !== '' && holds(Number(text), Number(wanted));
    };
  };
  switch (op) {
    case 'exists':
      return (...row) => read(...row) !== undefined;
    case 'missing':
      return (...row) => read(...row) === undefined;
    case 'eq':
      return (...row) => isSame(read(...row) ?? '', wanted);
    case 'ne':
      return (...row) => !isSame(read(...row) ?? '', wanted);
    case 'contains':
      return (...row) => (read(...row) ?? '').toLowerCase().includes(wanted.toLowerCase());
    case 'regex': {
      const pattern = compileRegex(wanted);
      return (...row) => pattern.matcher(read(...row) ?? '').find();
    }
    case 'gt':
      return compare((a, b) => a > b);
    case 'gte':
      return compare((a, b) => a >= b);
    case 'lt':
      return compare((a, b) => a < b);
    case 'lte':
      return compare((a, b) => a <= b);
  }
}

/** A test for rows; throws REQUEST_INVALID when the conditions make no sense. The cheap tests come first. */
export function compileConditions({ service, level, text, filters, traceId }: LogConditions): RowTest {
  const tests: RowTest[] = [];
  if (level !== undefined && level.length > 0)
    tests.push((logs, row) => level.includes(severityGroupOf(logs.severity.get(row))));
  if (service !== undefined && service.length > 0) {
    const names = new Set(service);
    tests.push((logs, row) => names.has(logs.service.get(row)));
  }
  if (traceId !== undefined) tests.push((logs, row) => hexOf(logs.traceId.at(row)) === traceId.toLowerCase());
  if (text !== undefined && text.trim() !== '') {
    const hasWords = compileWords(text);
    tests.push((logs, row) => hasWords(logs.body.get(row)));
  }
  tests.push(...filters.map(compileFilter));
  return (logs, row, identities) => tests.every((test) => test(logs, row, identities));
}
