import type { QueryResult } from '../ports/query-result.ts';
import type { TimeRange } from '../ports/plan.ts';

const SECOND = 1_000_000_000n;

/** When the trace stands that an answer to `trace-range` tells of; undefined when there is none. */
export function readTraceRange({ columns }: QueryResult): TimeRange | undefined {
  const [first, last, rows] = ['first', 'last', 'rows'].map((name) => BigInt(columns[name]![0] as number | bigint));
  if (rows === 0n) return undefined;
  // Seconds are whole and may be one off: a second more on both sides.
  return { from: (first! - 1n) * SECOND, to: (last! + 2n) * SECOND };
}
