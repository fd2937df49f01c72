// The answer of the storage: columns.

/** Values of one column, one a row. Strings, numbers, 64-bit integers, arrays and maps as they come. */
export type ResultColumn =
  | readonly string[]
  | Float64Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Uint8Array
  | readonly (readonly (readonly [string, string | number | bigint])[])[]
  | readonly (readonly (string | number | bigint)[])[];

export interface QueryResult {
  readonly rows: number;
  readonly columns: Readonly<Record<string, ResultColumn>>;
  readonly statistics: QueryStatistics;
}

/** Every number offers "why": what the answer cost. */
export interface QueryStatistics {
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly milliseconds: number;
}

export function addStatistics(...parts: readonly QueryStatistics[]): QueryStatistics {
  return {
    rowsRead: parts.reduce((sum, part) => sum + part.rowsRead, 0),
    bytesRead: parts.reduce((sum, part) => sum + part.bytesRead, 0),
    milliseconds: parts.reduce((sum, part) => sum + part.milliseconds, 0),
  };
}

/** Bounds of one query; the storage refuses beyond them with an error that names the bound. */
export interface QueryLimits {
  readonly milliseconds: number;
  readonly memoryBytes: number;
  readonly resultRows: number;
}

export const defaultLimits: QueryLimits = { milliseconds: 15_000, memoryBytes: 1 << 30, resultRows: 100_000 };
