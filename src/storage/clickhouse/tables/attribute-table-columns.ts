// The attributes of a row, the same in logs and spans.
import type { AttributeColumns } from '../../../model/attribute-columns.ts';
import type { StoredColumns, TableColumn } from './table.ts';

export function attributeTableColumns(of: (block: StoredColumns) => AttributeColumns): TableColumn[] {
  const map = (values: string): string => `Map(LowCardinality(String), ${values})`;
  return [
    { name: 'attr_string', type: map('String'), codec: 'ZSTD(1)', from: (block) => of(block).strings },
    { name: 'attr_int', type: map('Int64'), codec: 'ZSTD(1)', from: (block) => of(block).ints },
    { name: 'attr_float', type: map('Float64'), codec: 'ZSTD(1)', from: (block) => of(block).floats },
    { name: 'attr_bool', type: map('Bool'), codec: 'ZSTD(1)', from: (block) => of(block).bools },
    { name: 'attr_json', type: 'String', codec: 'ZSTD(1)', from: (block) => of(block).json },
  ];
}
