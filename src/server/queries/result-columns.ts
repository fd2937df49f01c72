// Reads single values out of the columns of an answer, whatever of the possible kinds a column has.
import { assert } from '../../base/assert.ts';
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

/** Entries of a map a row. */
export function pairsOf(result: QueryResult, name: string): (row: number) => Pairs {
  const column = columnOf(result, name);
  return (row) => column[row] as unknown as Pairs;
}
