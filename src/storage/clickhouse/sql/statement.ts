// What a printer makes of a request: a reading statement, and the names of its columns in the answer.
import type { EngineSettings } from '../driver/driver.ts';

export interface Statement {
  /** Without SETTINGS and FORMAT; its columns are called c0, c1 … */
  readonly sql: string;
  /** Names of c0, c1 … in the answer. */
  readonly names: readonly string[];
  readonly settings?: EngineSettings;
}

/** `c0`, `c1` …: no name from outside stands in a statement. */
export function printColumns(expressions: readonly string[]): string {
  return expressions.map((expression, index) => `${expression} AS c${index}`).join(', ');
}

/** The engine would take one thread when less than 1 GiB of its memory is free. */
const threads = (count: number): EngineSettings => ({ max_threads: count, max_threads_min_free_memory_per_thread: 1 });

/** For reads that find their few rows by an index. */
export const pointSettings: EngineSettings = { ...threads(1), optimize_read_in_order: 0 };
/** For the newest rows that an index narrows down: perhaps a few, perhaps very many. */
export const indexedSettings: EngineSettings = threads(1);
/** For reads in time order that stop early: parts that lie behind the end are not even opened. */
export const orderedSettings: EngineSettings = { ...threads(2), read_in_order_use_virtual_row: 1 };
export const scanSettings: EngineSettings = threads(2);
