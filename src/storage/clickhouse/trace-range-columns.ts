// Where traces stand in time: one row a trace and day, made from the spans and logs of a block while its files are written (in the
// engine a materialized view costs several times as much: measured). A trace is known by the last 8 bytes of its id, which are
// random in every id scheme, and its times are whole seconds: the rows bound a search, they do not answer it.
import { ColumnBatch } from '../../model/column-batch.ts';
import { FixedColumn, Int64Column, Uint32Column, Uint8Column } from '../../model/columns.ts';
import type { TelemetryBlock } from '../../model/telemetry-block.ts';

const SECOND = 1_000_000_000;
const DAY_SECONDS = 86_400;
const ID_BYTES = 16;
const KEY_OFFSET = 8;

interface TracedRows {
  readonly rows: number;
  readonly time: Int64Column;
  readonly traceId: FixedColumn;
  readonly retention: Uint8Column;
}

export class TraceRangeColumns extends ColumnBatch {
  readonly trace = new Int64Column();
  readonly day = new FixedColumn(2);
  readonly retention = new Uint8Column();
  /** Seconds since 1970, both inclusive. */
  readonly first = new Uint32Column();
  readonly last = new Uint32Column();
  // Open addressing over the rows; a slot holds a row number + 1.
  #slots = new Uint32Array(1024);

  /** Replaces the contents by the traces of `block`. */
  collect(block: TelemetryBlock): void {
    this.clear();
    const most = block.spans.rows + block.logs.rows;
    let size = 1024;
    while (size < most * 2) size *= 2;
    if (this.#slots.length < size) this.#slots = new Uint32Array(size);
    else this.#slots.fill(0);
    this.#add(block.spans);
    this.#add(block.logs);
  }

  #add({ rows, time, traceId, retention }: TracedRows): void {
    const ids = traceId.data.view;
    const mask = this.#slots.length - 1;
    for (let row = 0; row < rows; row++) {
      const at = row * ID_BYTES + KEY_OFFSET;
      const low = ids.getUint32(at, true);
      const high = ids.getUint32(at + 4, true);
      if (low === 0 && high === 0) continue;
      const seconds = Math.max(0, Math.floor(time.approximate(row) / SECOND));
      const day = Math.floor(seconds / DAY_SECONDS);
      const kept = retention.get(row);
      let slot = Math.imul(low ^ Math.imul(high, 0x9e3779b1) ^ day ^ (kept << 16), 0x85ebca6b);
      slot = (slot ^ (slot >>> 15)) & mask;
      for (;;) {
        const taken = this.#slots[slot]!;
        if (taken === 0) {
          this.#slots[slot] = this.#open(low, high, day, kept, seconds) + 1;
          break;
        }
        if (this.#isSame(taken - 1, low, high, day, kept)) {
          this.#widen(taken - 1, seconds);
          break;
        }
        slot = (slot + 1) & mask;
      }
    }
  }

  #open(low: number, high: number, day: number, retention: number, seconds: number): number {
    const row = this.rows;
    this.trace.pushParts(low, high);
    this.day.data.reserve(2);
    this.day.data.view.setUint16(this.day.data.length, day, true);
    this.day.data.length += 2;
    this.retention.push(retention);
    this.first.push(seconds);
    this.last.push(seconds);
    this.closeRow();
    return row;
  }

  #isSame(row: number, low: number, high: number, day: number, retention: number): boolean {
    const { view } = this.trace.data;
    return (
      view.getUint32(row * 8, true) === low &&
      view.getUint32(row * 8 + 4, true) === high &&
      this.day.data.view.getUint16(row * 2, true) === (day & 0xffff) &&
      this.retention.get(row) === retention
    );
  }

  #widen(row: number, seconds: number): void {
    if (seconds < this.first.get(row)) this.first.data.view.setUint32(row * 4, seconds, true);
    if (seconds > this.last.get(row)) this.last.data.view.setUint32(row * 4, seconds, true);
  }
}
