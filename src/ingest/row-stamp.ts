// (ingester, sequence) of a row: the order of rows with equal times. The sequence is the frame's number × 2^20 + the row's place in it.
import type { LogColumns } from '../model/log-columns.ts';
import type { SpanColumns } from '../model/span-columns.ts';

const ROW_BITS = 20;
/** A frame may hold so many logs and as many spans. */
export const MAX_ROWS_A_FRAME = 2 ** ROW_BITS;
const LOW_FRAMES = 2 ** (32 - ROW_BITS);

/** Fills the two columns for the rows from `from` on, whatever stood there. */
export function stampRows(rows: LogColumns | SpanColumns, from: number, ingester: number, frame: number): void {
  const count = rows.rows - from;
  const { ingester: ingesters, sequence } = rows;
  ingesters.truncate(from);
  sequence.truncate(from);
  ingesters.data.reserve(count * 4);
  sequence.data.reserve(count * 8);
  const high = Math.floor(frame / LOW_FRAMES);
  const low = (frame % LOW_FRAMES) * MAX_ROWS_A_FRAME;
  for (let row = 0; row < count; row++) {
    ingesters.push(ingester);
    sequence.pushParts(low + row, high);
  }
}
