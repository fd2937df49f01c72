// The conditions of the API as predicates of the storage.
import type { FieldFilter } from '../../api/common.ts';
import { severityGroups, type LogSelection, type SeverityGroup } from '../../api/logs.ts';
import { spanKinds, spanStatuses } from '../../api/traces.ts';
import { parseTimePoint } from '../../api/time-point.ts';
import { codedError } from '../../base/coded-error.ts';
import { millisFromNanos } from '../../model/units.ts';
import type { Field, Predicate, Scalar, SignalName, TimeRange } from '../../storage/ports/plan.ts';
import { serverErrors } from '../errors.ts';
import { severityPredicate } from './severity.ts';

const COLUMNS: Readonly<Record<SignalName, ReadonlySet<string>>> = {
  logs: new Set(
    (
      'service severity severityText logger event body traceId spanId exceptionType exceptionMessage exceptionStack ' +
      'exceptionGroup docId raw weight'
    ).split(' '),
  ),
  spans: new Set(
    (
      'service name kind status statusMessage duration traceId spanId parentId scope exceptionType exceptionMessage ' +
      'exceptionStack exceptionGroup weight'
    ).split(' '),
  ),
};
const PREFIXED = /^(attribute|resource|stream):(.+)$/s;

function refuse(detail: string): never {
  throw codedError(serverErrors, 'REQUEST_INVALID', detail);
}

/** `service`, `resource:host.name`, `attribute:service`, `http.route` … */
export function fieldOf(name: string, signal: SignalName): Field {
  const prefixed = PREFIXED.exec(name);
  if (prefixed !== null) return { kind: prefixed[1] as 'attribute' | 'resource' | 'stream', name: prefixed[2]! };
  return COLUMNS[signal].has(name) ? { kind: 'column', name } : { kind: 'attribute', name };
}

export function columnField(name: string): Field {
  return { kind: 'column', name };
}

export function columnEquals(name: string, value: Scalar): Predicate {
  return { kind: 'compare', field: columnField(name), op: '=', value };
}

/** Words that stand for the numbers of a column. */
const WORDS: Readonly<Record<string, readonly string[]>> = { kind: spanKinds, status: spanStatuses };

function valueOf(field: Field, value: string | number | boolean): Scalar {
  const words = field.kind === 'column' ? WORDS[field.name] : undefined;
  if (words === undefined) return value;
  const index = words.indexOf(String(value));
  return index === -1
    ? refuse(`expected one of ${words.join(', ')} for ${field.name}, got ${JSON.stringify(value)}`)
    : index;
}

const COMPARISONS = { eq: '=', ne: '!=', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

/** A filter on the virtual field `level`; throws REQUEST_INVALID for what it does not take. */
export function readLevelFilter({ op, value }: FieldFilter): {
  readonly level: SeverityGroup;
  readonly isWanted: boolean;
} {
  const level = severityGroups.find((group) => group === value);
  if (level !== undefined && (op === 'eq' || op === 'ne')) return { level, isWanted: op === 'eq' };
  return refuse(
    `a filter on level takes eq or ne and one of ${severityGroups.join(', ')}, got ${op} ${JSON.stringify(value)}`,
  );
}

function filterPredicate(filter: FieldFilter, signal: SignalName): Predicate {
  const { field: name, op, value = '' } = filter;
  if (name === 'level' && signal === 'logs') {
    const { level, isWanted } = readLevelFilter(filter);
    const found = severityPredicate([level]);
    return isWanted ? found : { kind: 'not', of: found };
  }
  const field = fieldOf(name, signal);
  switch (op) {
    case 'exists':
      return { kind: 'exists', field };
    case 'missing':
      return { kind: 'not', of: { kind: 'exists', field } };
    case 'contains':
      return { kind: 'substring', field, text: String(value), ignoreCase: true };
    case 'regex':
      return { kind: 'matches', field, pattern: String(value) };
    case 'ne':
      return { kind: 'not', of: { kind: 'compare', field, op: '=', value: valueOf(field, value) } };
    case 'eq':
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return { kind: 'compare', field, op: COMPARISONS[op], value: valueOf(field, value) };
  }
}

export function filterPredicates(filters: readonly FieldFilter[], signal: SignalName): Predicate[] {
  return filters.map((filter) => filterPredicate(filter, signal));
}

/** Which log rows, but for their time. */
export type LogConditions = Omit<LogSelection, 'from' | 'to'>;

export function logPredicate({ service, level, text, filters, traceId }: LogConditions): Predicate {
  const of: Predicate[] = [];
  if (service !== undefined && service.length > 0)
    of.push({ kind: 'in', field: columnField('service'), values: service });
  if (level !== undefined && level.length > 0) of.push(severityPredicate(level));
  if (traceId !== undefined) of.push(columnEquals('traceId', traceId.toLowerCase()));
  if (text !== undefined && text.trim() !== '') of.push({ kind: 'words', text });
  of.push(...filterPredicates(filters, 'logs'));
  return { kind: 'all', of };
}

/** The range that was asked for, in nanoseconds; throws REQUEST_INVALID when it is none. */
export function rangeOf({ from, to }: { readonly from: string; readonly to: string }): TimeRange {
  const now = BigInt(Date.now()) * 1_000_000n;
  const start = parseTimePoint(from, now);
  if (!start.ok) refuse(`from: ${start.error}`);
  const end = parseTimePoint(to, now);
  if (!end.ok) refuse(`to: ${end.error}`);
  if (end.value < start.value) refuse(`expected from ≤ to, got from ${from} and to ${to}`);
  return { from: start.value, to: end.value };
}

/** The range in whole milliseconds, both ends inclusive. */
export function millisRangeOf(request: { readonly from: string; readonly to: string }): { from: number; to: number } {
  const { from, to } = rangeOf(request);
  return { from: millisFromNanos(from), to: millisFromNanos(to) };
}
