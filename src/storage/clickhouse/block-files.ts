// A block as files in Native format, one for each table that has rows; a file is written with a few big writes.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import type { BlockFile } from '../ports/block-sink.ts';
import type { BlockWriter } from '../ports/block-writer.ts';
import { encodeNative } from './native/encode-native.ts';
import { allTables } from './tables/all-tables.ts';
import type { StoredColumns, Table } from './tables/table.ts';
import { LogCountColumns } from './log-count-columns.ts';
import { CallPairs, ServiceEdgeColumns } from './service-edge-columns.ts';
import { SpanCountColumns } from './span-count-columns.ts';
import { TraceRangeColumns } from './trace-range-columns.ts';

/** Names of the columns that a block's file of `table` has, in their order. */
export function fileColumns(table: Table): string[] {
  return table.columns.map((column) => column.name);
}

function encodeTable(table: Table, block: StoredColumns, rows: number): Uint8Array[] {
  const columns = table.columns.map(({ name, type, from }) => ({ name, type, column: from(block) }));
  return encodeNative(columns, rows);
}

const ALL_NAMES: readonly string[] = allTables.map(({ name }) => name);

/** Pieces given to one write call; the system takes no more than 1024. */
const PIECES = 512;

async function writePieces(path: string, pieces: readonly Uint8Array[]): Promise<number> {
  const file = await open(path, 'w');
  try {
    let total = 0;
    for (let at = 0; at < pieces.length; at += PIECES) {
      const some = pieces.slice(at, at + PIECES);
      const size = some.reduce((sum, piece) => sum + piece.length, 0);
      const { bytesWritten } = await file.writev(some);
      if (bytesWritten !== size) throw new Error(`${path}: ${bytesWritten} of ${size} bytes could be written`);
      total += size;
    }
    return total;
  } finally {
    await file.close();
  }
}

/** Knows the calls whose other side has not come yet: one writer for the blocks of one spool. */
export class NativeBlockWriter implements BlockWriter {
  readonly #calls = new CallPairs();
  /** Of the block that was written last: collected again, it would meet itself. */
  #edges: { readonly name: string; readonly columns: ServiceEdgeColumns } | undefined;

  async write(
    block: TelemetryBlock,
    folder: string,
    name: string,
    only: readonly string[] = ALL_NAMES,
  ): Promise<BlockFile[]> {
    const stored = this.#collect(block, only === ALL_NAMES ? name : undefined);
    const files: BlockFile[] = [];
    for (const table of allTables) {
      const rows = only.includes(table.name) ? table.rows(stored) : 0;
      if (rows === 0) continue;
      const path = join(folder, `${name}.${table.name}.native`);
      files.push({ table: table.name, path, rows, bytes: await writePieces(path, encodeTable(table, stored, rows)) });
    }
    return files;
  }

  /** What is made of a block's columns; nothing without a name. */
  #collect(block: TelemetryBlock, name: string | undefined): StoredColumns {
    const { resources, streams, logs, spans, series, samples, histograms, exemplars, metadata } = block;
    const telemetry = { resources, streams, logs, spans, series, samples, histograms, exemplars, metadata };
    const traceRanges = new TraceRangeColumns();
    const logCounts = new LogCountColumns();
    const spanCounts = new SpanCountColumns();
    if (name === undefined)
      return { ...telemetry, traceRanges, logCounts, spanCounts, serviceEdges: new ServiceEdgeColumns() };
    if (this.#edges?.name !== name) this.#edges = { name, columns: this.#calls.collect(spans) };
    traceRanges.collect(block);
    logCounts.collect(logs);
    spanCounts.collect(spans);
    return { ...telemetry, traceRanges, logCounts, spanCounts, serviceEdges: this.#edges.columns };
  }
}
