// Reads single values out of the columns of an answer, whatever of the possible kinds a column has.
import { assert } from '../../base/assert.ts';
import type { Aggregate } from '../../storage/ports/plan.ts';
import type { QueryResult, ResultColumn } from '../../storage/ports/query-result.ts';

type Pairs = readonly (readonly [string, string | number | bigint])[];

function columnOf(result: QueryResult, name: string): ResultColumn {
  const column = result.columns[name];
  assert(column !== undefined, `the storage answered without the column "${name}"`);
  return column;
}

export function textsOf(result: QueryResult, name: string): (row: number) => string {
  const column = columnOf(result, name);
  return (row) => String(column[row]);
}

export function numbersOf(result: QueryResult, name: string): (row: number) => number {
  const column = columnOf(result, name);
  return (row) => Number(column[row]);
}

export function bigintsOf(result: QueryResult, name: string): (row: number) => bigint {
  const column = columnOf(result, name);
  return (row) => BigInt(column[row] as bigint | number | string);
}

/** What is asked with every count that goes out: the weight, and the rows that have it. */
export const countWithRows = [{ kind: 'count' }, { kind: 'rows' }] as const satisfies readonly Aggregate[];

/** Whether rows stand for more than themselves in an answer whose first two aggregates are `countWithRows`. */
export function isSampled(result: QueryResult): boolean {
  if (result.rows === 0) return false;
  const count = numbersOf(result, 'value0');
  const rows = numbersOf(result, 'value1');
  return Array.from({ length: result.rows }, (_, row) => row).some((row) => count(row) !== rows(row));
}

/** Entries of a map a row. */
export function pairsOf(result: QueryResult, name: string): (row: number) => Pairs {
  const column = columnOf(result, name);
  return (row) => column[row] as unknown as Pairs;
}
