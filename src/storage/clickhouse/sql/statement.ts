// What a printer makes of a request: a reading statement, and the names of its columns in the answer.
import type { AnswerFormat, EngineSettings } from '../driver/driver.ts';

export interface Statement {
  /** Without SETTINGS and FORMAT. */
  readonly sql: string;
  /** Names of its columns in the answer. */
  readonly names: readonly string[];
  /** What these columns are called in the statement; c0, c1 … when left out. */
  readonly columns?: readonly string[];
  readonly settings?: EngineSettings;
  /** Reads a file of ours, which the engine does not count as mere reading. */
  readonly readsFile?: boolean;
  /** Of the answer; Native when left out. */
  readonly format?: AnswerFormat;
}

/** `c0`, `c1` …: no name from outside stands in a statement. */
export function printColumns(expressions: readonly string[]): string {
  return expressions.map((expression, index) => `${expression} AS c${index}`).join(', ');
}

/** The engine would take one thread when less than 1 GiB of its memory is free. */
const threads = (count: number): EngineSettings => ({ max_threads: count, max_threads_min_free_memory_per_thread: 1 });

/** There are no projections; looking for one takes a tenth of the time of a small aggregation. */
const noProjections: EngineSettings = { optimize_use_projections: 0 };
/** All conditions in one reading, not a column after the other: there are few rows to be spared. */
const oneStep: EngineSettings = { enable_multiple_prewhere_read_steps: 0 };
/** For reads that find their few rows by an index. */
const pointSettings: EngineSettings = { ...threads(1), ...noProjections, ...oneStep, optimize_read_in_order: 0 };
/**
 * For small statements that always have the same simple shape. The older analyzer takes half a millisecond less for them; where rows are
 * sought by conditions from outside, or whole rows found late, the newer one is the better.
 */
const olderAnalyzer: EngineSettings = { enable_analyzer: 0 };
export const lookUpSettings: EngineSettings = { ...pointSettings, ...olderAnalyzer };
/** For counts by minute and by their ends: there is nothing that an index could leave out. */
export const countSettings: EngineSettings = { ...lookUpSettings, use_skip_indexes: 0 };
/** Columns are read with the rows, not when it is known which rows are wanted. */
const columnsAtOnce: EngineSettings = { query_plan_optimize_lazy_materialization: 0 };
/** For the rows of a trace: few, in a short range. */
export const traceSettings: EngineSettings = { ...pointSettings, ...columnsAtOnce };
/** For all rows of a trace, without another condition. */
export const wholeTraceSettings: EngineSettings = { ...traceSettings, ...olderAnalyzer };
/** Parts that lie behind the end of a read in time order are not even opened. */
const inOrder: EngineSettings = { read_in_order_use_virtual_row: 1 };
/** Indexes are asked beforehand, which costs less than granule by granule. */
const indexFirst: EngineSettings = { use_skip_indexes_on_data_read: 0 };
/** For rows that are read in order, a granule or a few at a time, until there are enough of them. */
const untilEnough: EngineSettings = { ...threads(1), ...inOrder, ...noProjections, ...columnsAtOnce, ...olderAnalyzer };
/** For the newest rows with words, which an index finds: perhaps a few, perhaps very many. */
export const wordSettings: EngineSettings = { ...untilEnough, ...indexFirst, max_block_size: 4096 };
/** For the newest rows of all: nothing is left out, so that no index is asked. */
export const newestSettings: EngineSettings = { ...untilEnough, use_skip_indexes: 0, max_block_size: 16_384 };
/** For reads in time order that stop early, with an index or without; a second thread would read what nobody wants. */
export const orderedSettings: EngineSettings = { ...threads(1), ...inOrder, ...indexFirst };
/** The same where texts are searched, which may take both. */
export const searchedSettings: EngineSettings = { ...orderedSettings, ...threads(2) };
/** The engine would leave two million rows to one thread. */
export const scanSettings: EngineSettings = {
  ...threads(2),
  ...noProjections,
  merge_tree_min_rows_for_concurrent_read: 32_768,
  merge_tree_min_bytes_for_concurrent_read: 4 << 20,
};
