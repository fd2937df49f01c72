// Trace and span ids as loggers write them.
import type { FixedColumn } from '../../model/columns.ts';

const scratch = new Uint8Array(16);
const scratchView = new DataView(scratch.buffer);
/** 2^128 has that many. */
const MAX_DECIMAL_DIGITS = 39;

/** 0–15 for the hex digits, −1 else; capitals count as 16 more. */
function nibble(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37 + 16;
  return -1;
}

/**
 * Writes the id `bytes[start, end)` as one row of `column`: hex digits in any case, dashes and a leading 0x ignored, shorter ones
 * padded in front; Datadog's ids of decimal digits; other decimal ones where `decimal` says that they are. Returns whether printing the column as lower-case hex
 * gives the same text again; when it is no id, or all zero, the row is zero and the answer false.
 */
export function pushId(column: FixedColumn, bytes: Uint8Array, start: number, end: number, decimal = false): boolean {
  const { width } = column;
  if (isDecimalId(bytes, start, end, decimal ? MAX_DECIMAL_DIGITS : 20)) return pushDecimal(column, bytes, start, end);
  if (decimal) {
    column.pushZero();
    return false;
  }
  let digits = 0;
  const prefixed = end - start > 2 && bytes[start] === 0x30 && (bytes[start + 1]! | 0x20) === 0x78;
  const first = prefixed ? start + 2 : start;
  let exact = !prefixed;
  scratch.fill(0);
  for (let at = end - 1; at >= first; at--) {
    const byte = bytes[at]!;
    if (byte === 0x2d) {
      exact = false;
      continue;
    }
    let value = nibble(byte);
    if (value >= 16) {
      value -= 16;
      exact = false;
    }
    if (value < 0 || digits === width * 2) {
      column.pushZero();
      return false;
    }
    const place = width - 1 - (digits >> 1);
    scratch[place] = scratch[place]! | (digits & 1 ? value << 4 : value);
    digits++;
  }
  if (scratch.subarray(0, width).every((byte) => byte === 0)) {
    column.pushZero();
    return false;
  }
  column.pushBytes(scratch, 0);
  return exact && digits === width * 2;
}

/** Datadog's decimal ids have 17 to 20 digits, hex ones 16 or 32; the integers that OpenTelemetry's Python API gives have up to 39. */
function isDecimalId(bytes: Uint8Array, start: number, end: number, maxDigits: number): boolean {
  if (end - start < 17 || end - start > maxDigits) return false;
  for (let at = start; at < end; at++) if (bytes[at]! < 0x30 || bytes[at]! > 0x39) return false;
  return true;
}

function pushDecimal(column: FixedColumn, bytes: Uint8Array, start: number, end: number): boolean {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!);
  const id = BigInt(text);
  scratch.fill(0);
  scratchView.setBigUint64(column.width - 8, BigInt.asUintN(64, id));
  if (column.width === 16) scratchView.setBigUint64(0, BigInt.asUintN(64, id >> 64n));
  column.pushBytes(scratch, 0);
  return false;
}
