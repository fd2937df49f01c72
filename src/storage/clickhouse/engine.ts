// The engine behind the ports: prints a request, bounds it, runs it by a driver; inserts blocks; opens with migrations.
import type { BlockFile, BlockSink } from '../ports/block-sink.ts';
import { codedError } from '../../base/coded-error.ts';
import { defaultLimits, type QueryLimits, type QueryStatistics } from '../ports/query-result.ts';
import { fileColumns } from './block-files.ts';
import type { Driver, EngineSettings } from './driver/driver.ts';
import { insertError, queryError, storageErrors, storeUnavailable } from './driver/engine-errors.ts';
import { applyMigrations } from './migrations.ts';
import { decodeNative } from './native/decode-native.ts';
import { findTraceId } from './sql/predicate.ts';
import { printRequest, type EngineRequest } from './sql/requests.ts';
import { findTable } from './tables/all-tables.ts';

/** An answer as it crosses the socket: Native bytes whose columns are called by `names`, in order. */
export interface RawAnswer {
  readonly bytes: Uint8Array;
  readonly names: readonly string[];
  readonly statistics: QueryStatistics;
}

export interface RunOptions {
  readonly limits?: QueryLimits | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Something that answers requests: the engine itself, or its client in the other process. */
export interface RequestRunner {
  run(request: EngineRequest, options?: RunOptions): Promise<RawAnswer>;
}

const MAX_QUERY_BYTES = 4 << 20;

/** No user's query passes without bounds. */
function printLimits({ milliseconds, memoryBytes, resultRows }: QueryLimits): EngineSettings {
  return {
    max_execution_time: Math.max(0.001, milliseconds / 1000),
    timeout_overflow_mode: 'throw',
    max_memory_usage: memoryBytes,
    max_result_rows: resultRows,
    result_overflow_mode: 'throw',
    max_query_size: MAX_QUERY_BYTES,
    max_ast_elements: 200_000,
    max_expanded_ast_elements: 500_000,
    readonly: 1,
  };
}

export class Engine implements RequestRunner, BlockSink {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  get driver(): Driver {
    return this.#driver;
  }

  async run(request: EngineRequest, options: RunOptions = {}): Promise<RawAnswer> {
    const limits = options.limits ?? defaultLimits;
    try {
      const bounded = await this.#boundByTrace(request, limits, options.signal);
      const { sql, names, settings } = printRequest(bounded, this.#driver.deployment);
      const answer = await this.#driver.query(sql, { ...settings, ...printLimits(limits) }, options.signal);
      const { bytes, rowsRead, bytesRead, milliseconds } = answer;
      return { bytes, names, statistics: { rowsRead, bytesRead, milliseconds } };
    } catch (error) {
      throw queryError(error, limits);
    }
  }

  /** A read by trace id looks only where the trace is. */
  async #boundByTrace(request: EngineRequest, limits: QueryLimits, signal?: AbortSignal): Promise<EngineRequest> {
    if (request.kind !== 'rows' && request.kind !== 'groups') return request;
    const traceId = findTraceId(request.where);
    if (traceId === undefined) return request;
    const statement = printRequest({ kind: 'trace-range', traceId }, this.#driver.deployment);
    const answer = await this.#driver.query(statement.sql, { ...statement.settings, ...printLimits(limits) }, signal);
    const { c0, c1 } = decodeNative(answer.bytes).columns;
    const first = (c0 as BigInt64Array)[0]!;
    const last = (c1 as BigInt64Array)[0]!;
    const { from, to } = request.range;
    return { ...request, range: { from: first > from ? first : from, to: last < to ? last : to } };
  }

  async insert(token: string, files: readonly BlockFile[]): Promise<void> {
    for (const file of files) await this.#insertFile(token, file);
    try {
      await this.#driver.sync();
    } catch (error) {
      throw storeUnavailable('what was inserted could not be synced', error);
    }
  }

  async #insertFile(token: string, { table: name, path }: BlockFile): Promise<void> {
    const table = findTable(name);
    if (table === undefined) throw codedError(storageErrors, 'BLOCK_REFUSED', name, 'there is no such table');
    try {
      await this.#driver.insertFile({
        table: `${this.#driver.deployment.database}.${table.name}`,
        columns: fileColumns(table),
        path,
        token,
      });
    } catch (error) {
      throw insertError(table.name, error);
    }
  }

  async close(): Promise<void> {
    await this.#driver.close();
  }
}

/** Brings the schema up to date; what runs afterwards finds all tables. */
export async function openEngine(driver: Driver): Promise<Engine> {
  await applyMigrations(driver);
  return new Engine(driver);
}
