// The rows of a block as plain objects, for comparing.
import { AttributeColumns } from '../../src/model/attribute-columns.ts';
import type { ColumnBatch } from '../../src/model/column-batch.ts';
import type { TelemetryBlock } from '../../src/model/telemetry-block.ts';
import {
  DictionaryColumn,
  FixedColumn,
  Float32Column,
  Float64Column,
  Int64Column,
  MapColumn,
  StringColumn,
  Uint32Column,
  Uint8Column,
} from '../../src/model/columns.ts';

export type Row = Record<string, unknown>;

function readMap(map: MapColumn<StringColumn | Int64Column | Float64Column | Uint8Column>, row: number): Row {
  const entries: Row = {};
  const [start, end] = map.entriesOf(row);
  for (let i = start; i < end; i++) entries[map.keys.get(i)] = map.values.get(i);
  return entries;
}

function readCell(column: unknown, row: number): unknown {
  if (column instanceof AttributeColumns) {
    const { strings, ints, floats, bools, json } = column;
    const text = json.get(row);
    return {
      ...readMap(strings, row),
      ...readMap(ints, row),
      ...readMap(floats, row),
      ...Object.fromEntries(Object.entries(readMap(bools, row)).map(([key, value]) => [key, value === 1])),
      ...(text === '' ? {} : { json: JSON.parse(text) as unknown }),
    };
  }
  if (column instanceof MapColumn) return readMap(column as MapColumn<StringColumn>, row);
  if (column instanceof Int64Column || column instanceof Float64Column || column instanceof Float32Column)
    return column.get(row);
  if (column instanceof Uint32Column || column instanceof Uint8Column) return column.get(row);
  if (column instanceof StringColumn || column instanceof DictionaryColumn) return column.get(row);
  if (column instanceof FixedColumn) return Buffer.from(column.at(row)).toString('hex');
  throw new Error('a column of a kind that tests do not know');
}

/** Every column of every row; attributes are merged over their types: strings, bigints, numbers, booleans, and `json`. */
export function readRows(batch: ColumnBatch): Row[] {
  const columns = Object.entries(batch).filter(([name]) => name !== 'ingester' && name !== 'sequence');
  return Array.from({ length: batch.rows }, (_, row) =>
    Object.fromEntries(columns.map(([name, column]) => [name, readCell(column, row)])),
  );
}

/** All rows of a block, by batch. */
export function readBlock(block: TelemetryBlock): Record<string, Row[]> {
  return Object.fromEntries(Object.entries(block).map(([name, batch]) => [name, readRows(batch as ColumnBatch)]));
}
