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

  /** The same with the JSON text as bytes; nothing in it is none. */
  closeRowWith(json: ByteBuffer): void {
    if (json.length === 0) this.json.pushEmpty();
    else this.json.pushBuffer(json);
    this.#closeMaps();
  }

  #closeMaps(): void {
    this.strings.closeRow();
    this.ints.closeRow();
    this.floats.closeRow();
    this.bools.closeRow();
    super.closeRow();
  }
}
