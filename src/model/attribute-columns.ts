// The attributes of a row: a typed map for each kind of scalar, and one JSON object for what is no scalar (nested, array, null, bytes).
import type { ByteBuffer } from '../base/byte-buffer.ts';
import { ColumnBatch } from './column-batch.ts';
import { Float64Column, Int64Column, MapColumn, StringColumn, Uint8Column } from './columns.ts';

export class AttributeColumns extends ColumnBatch {
  readonly strings = new MapColumn(new StringColumn());
  readonly ints = new MapColumn(new Int64Column());
  readonly floats = new MapColumn(new Float64Column());
  readonly bools = new MapColumn(new Uint8Column());
  /** '' or the text of one JSON object: key → value that is no scalar. */
  readonly json = new StringColumn();

  /** Ends the row: what was written to the maps since the last call is its attributes. `json` is '' for most rows. */
  override closeRow(json = ''): void {
    this.json.push(json);
    this.#closeMaps();
  }

  /**
   * The same with the JSON text as bytes, nothing in it being none. The columns that hardly any row uses lag behind: `fillUp` must
   * follow the last row.
   */
  closeRowWith(json: ByteBuffer): void {
    const row = this.rows;
    if (json.length > 0) {
      this.json.fillEmpty(row);
      this.json.pushBuffer(json);
    }
    this.strings.closeRow();
    this.ints.closeRow();
    this.floats.closeRowLate(row);
    this.bools.closeRowLate(row);
    super.closeRow();
  }

  /** Brings columns that lag behind up to the number of rows. */
  fillUp(): void {
    this.json.fillEmpty(this.rows);
    this.floats.fillEmpty(this.rows);
    this.bools.fillEmpty(this.rows);
  }

  #closeMaps(): void {
    this.strings.closeRow();
    this.ints.closeRow();
    this.floats.closeRow();
    this.bools.closeRow();
    super.closeRow();
  }
}
