// The embedded engine's configuration: bounded memory, small caches, few threads. What it is measured to do stands in
// docs/decisions on the engine's memory.

export interface EngineMemory {
  /** All that the engine may hold; a query or merge beyond it fails, the process lives. */
  readonly maxBytes: number;
}

export const defaultEngineMemory: EngineMemory = { maxBytes: 1536 * 1024 * 1024 };

const MIB = 1024 * 1024;
/** Merges take the processor time that inserts and queries leave: under a heavy load they wait, and catch up behind it. */
const MERGE_NICENESS = 10;
/** How often the engine looks at its own memory: every 50 ms by default, a fifth of a percent of a core when nobody asks for anything. */
const MEMORY_LOOK_MILLIS = 500;
/**
 * After each insert every table looks for something to merge, to move and to stream, and looks again when it found nothing: a tenth of a
 * second later by default, then slower and slower. Inserts and finished merges ask anyway.
 */
const LOOK_AGAIN_SECONDS = 5;
/** Nothing is ever moved to other disks or streamed. */
const LOOK_IN_VAIN_SECONDS = 600;

const fixed: Readonly<Record<string, number>> = {
  mark_cache_size: 32 * MIB,
  index_mark_cache_size: 8 * MIB,
  primary_index_cache_size: 16 * MIB,
  uncompressed_cache_size: 0,
  index_uncompressed_cache_size: 0,
  query_condition_cache_size: 1 * MIB,
  compiled_expression_cache_size: 1 * MIB,
  mmap_cache_size: 16,
  memory_worker_period_ms: MEMORY_LOOK_MILLIS,
  background_pool_size: 2,
  background_merges_mutations_concurrency_ratio: 1,
  os_threads_nice_value_merge_mutate: MERGE_NICENESS,
  background_schedule_pool_size: 2,
  background_common_pool_size: 2,
  background_move_pool_size: 1,
  background_fetches_pool_size: 1,
  background_processing_pool_thread_sleep_seconds_if_nothing_to_do: LOOK_AGAIN_SECONDS,
  background_move_processing_pool_thread_sleep_seconds_if_nothing_to_do: LOOK_IN_VAIN_SECONDS,
  background_streaming_processing_pool_thread_sleep_seconds_if_nothing_to_do: LOOK_IN_VAIN_SECONDS,
  max_thread_pool_size: 200,
  max_thread_pool_free_size: 4,
};

/** The configuration file's text. */
export function printEngineConfig(memory: EngineMemory): string {
  const settings = { ...fixed, max_server_memory_usage: memory.maxBytes };
  const lines = Object.entries(settings).map(([name, value]) => `  <${name}>${value}</${name}>`);
  return `<clickhouse>\n${lines.join('\n')}\n</clickhouse>\n`;
}
