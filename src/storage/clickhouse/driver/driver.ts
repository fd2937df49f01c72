// The port to an engine: SQL and files of columns go in, Native bytes come out. Everything above it is the same for the embedded
// engine and for a server.
import { printText } from '../sql/literals.ts';
import type { Deployment } from '../tables/print-tables.ts';

export type EngineSettings = Readonly<Record<string, string | number>>;

/** Native: columns. RowBinary: rows, for what is read once, byte by byte. */
export type AnswerFormat = 'Native' | 'RowBinary';

export interface EngineAnswer {
  /** In the format that was asked for; empty when there are no columns. */
  readonly bytes: Uint8Array;
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly milliseconds: number;
}

export interface FileInsert {
  /** With its database. */
  readonly table: string;
  readonly columns: readonly string[];
  /** A file in Native format with just these columns. */
  readonly path: string;
  /** The same token for the same table is stored once. */
  readonly token: string;
}

export interface Driver {
  readonly deployment: Deployment;
  /** Runs a reading statement without SETTINGS and FORMAT; an abort stops the engine, not just the wait. */
  query(sql: string, settings: EngineSettings, signal?: AbortSignal, format?: AnswerFormat): Promise<EngineAnswer>;
  /** Runs a statement that changes something and answers nothing. */
  command(sql: string): Promise<void>;
  insertFile(insert: FileInsert): Promise<void>;
  /** Resolves when all that was inserted survives a loss of power. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** One block stays one part a partition, and its token means one thing (see the manual page on storage). */
export const insertSettings: EngineSettings = {
  min_insert_block_size_rows: 0,
  min_insert_block_size_bytes: 0,
  max_block_size: 10_000_000,
  max_insert_block_size: 10_000_000,
  max_insert_threads: 1,
  max_threads: 1,
  max_partitions_per_insert_block: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  input_format_parallel_parsing: 0,
  input_format_native_allow_types_conversion: 0,
  // A row of 1 MB beside 200 000 small ones: the bound of a block is the spool's.
  max_memory_usage: 0,
};

/** `{a: 1, b: 'x'}` → `SETTINGS a = 1, b = 'x'`. */
export function printSettings(settings: EngineSettings): string {
  const entries = Object.entries(settings);
  if (entries.length === 0) return '';
  const print = (value: string | number): string => (typeof value === 'number' ? String(value) : printText(value));
  return ` SETTINGS ${entries.map(([name, value]) => `${name} = ${print(value)}`).join(', ')}`;
}
