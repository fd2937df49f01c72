// Brings what the engine answered into the head, a little at a time: pings and queries go on meanwhile.
import { readNativeBlocks } from '../../storage/clickhouse/native/decode-native.ts';
import type { QueryLimits } from '../../storage/ports/query-result.ts';
import { breathe, ROWS_A_BREATH } from './breathe.ts';
import type { HotHead } from './hot-head.ts';

export const headLoadLimits: QueryLimits = { milliseconds: 120_000, memoryBytes: 1 << 30, resultRows: 100_000_000 };

/** Series as RowBinary: UInt64, UInt16 (day), String, Map(String, String). */
export async function loadSeriesAnswer(head: HotHead, bytes: Uint8Array): Promise<void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0, row = 1; at < bytes.length; row++) {
    at = head.index.readRow(bytes, view, at);
    if (row % ROWS_A_BREATH === 0) await breathe();
  }
  head.arrivals.note(Date.now(), head.index.size);
}

/** Samples as Native: UInt64 fingerprints, Int64 milliseconds, values. */
export async function loadSamplesAnswer(head: HotHead, bytes: Uint8Array): Promise<void> {
  for (const { columns, rows } of readNativeBlocks(bytes)) {
    const [series, time, value] = columns.map(({ data }) => data);
    if (rows > 0) head.addValues(series as BigUint64Array, time as BigInt64Array, value as Float64Array);
    await breathe();
  }
}
