// Rows and bytes of the tables as the engine counts them: columns, indexes and the kept originals apart.
import type { Driver } from './driver/driver.ts';
import { decodeNative } from './native/decode-native.ts';
import { printText } from './sql/literals.ts';
import { allTables } from './tables/all-tables.ts';
import { localName } from './tables/print-tables.ts';

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
}

const numbers = (column: unknown): number[] => Array.from(column as BigUint64Array, Number);

export async function readStatistics(driver: Driver): Promise<TableStatistics[]> {
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
    };
  });
}
