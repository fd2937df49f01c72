import type { QueryResult, QueryStatistics, ResultColumn } from '../ports/query-result.ts';
import { decodeNative } from './native/decode-native.ts';
import type { Statement } from './sql/statement.ts';

/** An answer as it crosses the socket: bytes in the statement's format, and what their columns are called. */
export interface RawAnswer extends Pick<Statement, 'names' | 'columns'> {
  readonly bytes: Uint8Array;
  readonly statistics: QueryStatistics;
}

/** The columns of an answer in Native format by the names that were asked for; without rows they are empty. */
export function readAnswer({ bytes, names, columns: own, statistics }: RawAnswer): QueryResult {
  const { rows, columns } = decodeNative(bytes);
  const find = (i: number): ResultColumn => columns[own?.[i] ?? `c${i}`] ?? [];
  return { rows, columns: Object.fromEntries(names.map((name, i) => [name, find(i)])), statistics };
}
