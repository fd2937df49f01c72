// Whether a row of log columns matches the conditions of a search: what the engine does for stored rows, done for arriving ones.
import { RE2JS } from 're2js';
import type { FieldFilter } from '../../api/common.ts';
import { assert } from '../../base/assert.ts';
import { codedError } from '../../base/coded-error.ts';
import { serverErrors } from '../errors.ts';
import { fieldOf, readLevelFilter, type LogConditions } from '../queries/conditions.ts';
import { severityGroupOf } from '../queries/severity.ts';
import { compileWords, containsIgnoringCase } from './body-words.ts';
import { hexOf } from './column-log-row.ts';
import { readerOf, type RowTest } from './field-reader.ts';

const orders: Readonly<Record<'gt' | 'gte' | 'lt' | 'lte', (order: number) => boolean>> = {
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
};

function not(test: RowTest): RowTest {
  return (...row) => !test(...row);
}

function compileRegex(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw codedError(serverErrors, 'REQUEST_INVALID', `filters: cannot read the pattern: ${(error as Error).message}`);
  }
}

function compileFilter(filter: FieldFilter): RowTest {
  const { field, op } = filter;
  const value = filter.value ?? '';
  if (field === 'level') {
    const { level, isWanted } = readLevelFilter(filter);
    return (logs, row) => (severityGroupOf(logs.severity.get(row)) === level) === isWanted;
  }
  const reader = readerOf(fieldOf(field, 'logs'));
  assert(reader !== undefined, `no reader for the column ${field}`);
  switch (op) {
    case 'exists':
      return reader.exists;
    case 'missing':
      return not(reader.exists);
    case 'eq':
      return reader.equals(value);
    case 'ne':
      return not(reader.equals(value));
    case 'contains':
      return (...row) => containsIgnoringCase(reader.text(...row), String(value));
    case 'regex': {
      const pattern = compileRegex(String(value));
      return (...row) => pattern.matcher(reader.text(...row)).find();
    }
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return reader.compare(value, orders[op]);
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
