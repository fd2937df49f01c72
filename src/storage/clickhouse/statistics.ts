// Rows and bytes of the tables as the engine counts them: columns, indexes and the kept originals apart.
import { defaultLimits } from '../ports/query-result.ts';
import { queryError } from './driver/engine-errors.ts';
import type { Driver } from './driver/driver.ts';
import { decodeNative } from './native/decode-native.ts';
import { printText } from './sql/literals.ts';
import { allTables } from './tables/all-tables.ts';
import { localName } from './tables/print-tables.ts';

/** What one day and retention class of a table takes. */
export interface PartitionStatistics {
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly retention: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface TableStatistics {
  readonly table: string;
  readonly rows: number;
  readonly parts: number;
  /** All of it on disk. */
  readonly bytes: number;
  /** Columns without `raw`. */
  readonly columnBytes: number;
  readonly rawBytes: number;
  /** Text index and the small skip indexes. */
  readonly indexBytes: number;
  /** Oldest first; none for tables that are not cut into days. */
  readonly partitions: readonly PartitionStatistics[];
}

const numbers = (column: unknown): number[] => Array.from(column as BigUint64Array, Number);

async function readPartitions(driver: Driver, where: string): Promise<Map<string, PartitionStatistics[]>> {
  const answer = await driver.query(
    `SELECT table, partition, sum(rows) AS rows, sum(bytes_on_disk) AS bytes FROM system.parts WHERE ${where} GROUP BY table, partition ORDER BY table, partition`,
    {},
  );
  const { columns, rows } = decodeNative(answer.bytes);
  const found = new Map<string, PartitionStatistics[]>();
  for (let i = 0; i < rows; i++) {
    const key = /^\('(\d{4}-\d\d-\d\d)',(\d+)\)$/.exec((columns['partition'] as readonly string[])[i]!);
    if (key === null) continue;
    const table = (columns['table'] as readonly string[])[i]!;
    const [count, bytes] = ['rows', 'bytes'].map((name) => Number((columns[name] as BigUint64Array)[i]));
    const partition = { day: key[1]!, retention: Number(key[2]), rows: count!, bytes: bytes! };
    found.set(table, [...(found.get(table) ?? []), partition]);
  }
  return found;
}

/** Rejects as a query does: STORE_UNAVAILABLE, QUERY_MEMORY … */
export async function readStatistics(driver: Driver): Promise<TableStatistics[]> {
  try {
    return await askStatistics(driver);
  } catch (error) {
    throw queryError(error, defaultLimits);
  }
}

async function askStatistics(driver: Driver): Promise<TableStatistics[]> {
  const { deployment } = driver;
  const names = allTables.map((table) => localName(table.name, deployment));
  const where = `active AND database = ${printText(deployment.database)} AND table IN (${names.map(printText).join(', ')})`;
  const parts = await driver.query(
    'SELECT table, sum(rows) AS rows, count() AS parts, sum(bytes_on_disk) AS bytes, ' +
      'sum(data_compressed_bytes) AS columns, sum(secondary_indices_compressed_bytes) AS indexes ' +
      `FROM system.parts WHERE ${where} GROUP BY table`,
    {},
  );
  const raw = await driver.query(
    `SELECT table, sum(column_data_compressed_bytes) AS raw FROM system.parts_columns WHERE ${where} AND column = 'raw' GROUP BY table`,
    {},
  );
  const partitions = await readPartitions(driver, where);
  const found = decodeNative(parts.bytes).columns;
  const originals = decodeNative(raw.bytes).columns;
  const rawOf = new Map(
    ((originals['table'] ?? []) as readonly string[]).map((table, i) => [table, numbers(originals['raw'])[i]!]),
  );
  const tables = (found['table'] ?? []) as readonly string[];
  const [rows, counts, bytes, columns, indexes] = ['rows', 'parts', 'bytes', 'columns', 'indexes'].map((name) =>
    numbers(found[name] ?? []),
  );
  return allTables.map(({ name }) => {
    const i = tables.indexOf(localName(name, deployment));
    const rawBytes = rawOf.get(localName(name, deployment)) ?? 0;
    const at = (list: readonly number[] | undefined): number => (i === -1 ? 0 : list![i]!);
    return {
      table: name,
      rows: at(rows),
      parts: at(counts),
      bytes: at(bytes),
      columnBytes: at(columns) - rawBytes,
      rawBytes,
      indexBytes: at(indexes),
      partitions: partitions.get(localName(name, deployment)) ?? [],
    };
  });
}
