// Whether a block can be inserted.
import { AttributeColumns } from '../../src/model/attribute-columns.ts';
import type { Column } from '../../src/model/columns.ts';
import type { TelemetryBlock } from '../../src/model/telemetry-block.ts';

/** Throws unless every column of every batch has the batch's rows. */
export function checkSound(block: TelemetryBlock): void {
  for (const [name, batch] of Object.entries(block)) {
    const check = (columns: object, rows: number): void => {
      for (const [column, value] of Object.entries(columns) as [string, Column][]) {
        // The intake fills these.
        if (column === 'ingester' || column === 'sequence') continue;
        if (value.rows !== rows) throw new Error(`${name}.${column} has ${value.rows} rows, not ${rows}`);
        if (value instanceof AttributeColumns) check(value, rows);
      }
    };
    check(batch as object, (batch as { rows: number }).rows);
  }
}
