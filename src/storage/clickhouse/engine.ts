// The engine behind the ports: prints a request, bounds it, runs it by a driver; inserts blocks; opens with migrations.
import type { BlockFile, BlockSink, InsertOutcome } from '../ports/block-sink.ts';
import { codedError } from '../../base/coded-error.ts';
import type { GroupPlan, RowPlan, TimeRange } from '../ports/plan.ts';
import { addStatistics, defaultLimits, type QueryLimits } from '../ports/query-result.ts';
import { fileColumns } from './block-files.ts';
import type { Driver, EngineSettings } from './driver/driver.ts';
import { insertError, queryError, storageErrors, storeUnavailable } from './driver/engine-errors.ts';
import { applyMigrations } from './migrations.ts';
import { readAnswer, type RawAnswer } from './raw-answer.ts';
import { findTraceId } from './sql/predicate.ts';
import { printRequest, type EngineRequest } from './sql/requests.ts';
import { findTable } from './tables/all-tables.ts';
import { readTraceRange } from './trace-range.ts';

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

const NO_TIME: TimeRange = { from: 0n, to: 0n };

function narrow(plan: RowPlan | GroupPlan, to: TimeRange): EngineRequest {
  const { range } = plan;
  const both = { from: to.from > range.from ? to.from : range.from, to: to.to < range.to ? to.to : range.to };
  return { ...plan, range: both };
}

export class Engine implements RequestRunner, BlockSink {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  get driver(): Driver {
    return this.#driver;
  }

  async run(request: EngineRequest, { limits = defaultLimits, signal }: RunOptions = {}): Promise<RawAnswer> {
    try {
      const traceId = request.kind === 'rows' || request.kind === 'groups' ? findTraceId(request.where) : undefined;
      if (traceId === undefined) return await this.#ask(request, limits, signal);
      // A read by trace id looks only where the trace is.
      const trace = await this.#ask({ kind: 'trace-range', traceId }, limits, signal);
      const range = readTraceRange(readAnswer(trace)) ?? NO_TIME;
      const answer = await this.#ask(narrow(request as RowPlan | GroupPlan, range), limits, signal);
      return { ...answer, statistics: addStatistics(trace.statistics, answer.statistics) };
    } catch (error) {
      throw queryError(error, limits);
    }
  }

  async #ask(request: EngineRequest, limits: QueryLimits, signal: AbortSignal | undefined): Promise<RawAnswer> {
    const statement = printRequest(request, this.#driver.deployment);
    const { sql, names, columns, settings, format, readsFile } = statement;
    const bounds = { ...printLimits(limits), ...(readsFile === true ? { readonly: 0 } : {}) };
    const answer = await this.#driver.query(sql, { ...settings, ...bounds }, signal, format);
    const { bytes, rowsRead, bytesRead, milliseconds } = answer;
    const statistics = { rowsRead, bytesRead, milliseconds };
    return { bytes, names, ...(columns === undefined ? {} : { columns }), statistics };
  }

  /** Knows nothing of eras: the store process does. */
  async insert(token: string, files: readonly BlockFile[]): Promise<InsertOutcome> {
    for (const file of files) await this.#insertFile(token, file);
    try {
      await this.#driver.sync();
    } catch (error) {
      throw storeUnavailable('what was inserted could not be synced', error);
    }
    return { kind: 'stored' };
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
