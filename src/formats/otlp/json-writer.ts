// JSON text written as UTF-8 bytes into a growing buffer, from bytes: no string is made of a value on the way.
import type { ByteBuffer } from '../../base/byte-buffer.ts';

const PIECE = 4096;
const HEX = '0123456789abcdef';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Appends text of ASCII characters as it is. */
export function writeAscii(out: ByteBuffer, text: string): void {
  out.reserve(text.length);
  for (let i = 0; i < text.length; i++) out.bytes[out.length++] = text.charCodeAt(i);
}

/** Appends `source[start, end)`, UTF-8, as a JSON string. */
export function writeJsonString(out: ByteBuffer, source: Uint8Array, start: number, end: number): void {
  writeAscii(out, '"');
  // In pieces, because the room for the worst case of a piece is six times its size.
  for (let at = start; at < end; at += PIECE) writeEscaped(out, source, at, Math.min(end, at + PIECE));
  writeAscii(out, '"');
}

function writeEscaped(out: ByteBuffer, source: Uint8Array, start: number, end: number): void {
  out.reserve((end - start) * 6);
  const { bytes } = out;
  let to = out.length;
  for (let at = start; at < end; at++) {
    const byte = source[at]!;
    if (byte === 0x22 || byte === 0x5c) {
      bytes[to++] = 0x5c;
      bytes[to++] = byte;
    } else if (byte >= 0x20) bytes[to++] = byte;
    else {
      bytes[to++] = 0x5c;
      if (byte === 0x0a) bytes[to++] = 0x6e;
      else if (byte === 0x0d) bytes[to++] = 0x72;
      else if (byte === 0x09) bytes[to++] = 0x74;
      else {
        bytes[to++] = 0x75;
        bytes[to++] = 0x30;
        bytes[to++] = 0x30;
        bytes[to++] = HEX.charCodeAt(byte >> 4);
        bytes[to++] = HEX.charCodeAt(byte & 15);
      }
    }
  }
  out.length = to;
}

/** Appends `source[start, end)` as a JSON string of base64 digits. */
export function writeJsonBase64(out: ByteBuffer, source: Uint8Array, start: number, end: number): void {
  out.reserve(Math.ceil((end - start) / 3) * 4 + 2);
  const { bytes } = out;
  const digit = (six: number): number => BASE64.charCodeAt(six & 63);
  bytes[out.length++] = 0x22;
  for (let at = start; at < end; at += 3) {
    const left = end - at;
    const three = (source[at]! << 16) | ((left > 1 ? source[at + 1]! : 0) << 8) | (left > 2 ? source[at + 2]! : 0);
    bytes[out.length++] = digit(three >> 18);
    bytes[out.length++] = digit(three >> 12);
    bytes[out.length++] = left > 1 ? digit(three >> 6) : 0x3d;
    bytes[out.length++] = left > 2 ? digit(three) : 0x3d;
  }
  bytes[out.length++] = 0x22;
}

/** Appends `source[start, end)` as a JSON string of hex digits. */
export function writeJsonHex(out: ByteBuffer, source: Uint8Array, start: number, end: number): void {
  out.reserve((end - start) * 2 + 2);
  const { bytes } = out;
  bytes[out.length++] = 0x22;
  for (let at = start; at < end; at++) {
    bytes[out.length++] = HEX.charCodeAt(source[at]! >> 4);
    bytes[out.length++] = HEX.charCodeAt(source[at]! & 15);
  }
  bytes[out.length++] = 0x22;
}

/** Appends a 64-bit integer given by its halves as decimal digits. */
export function writeInt64(out: ByteBuffer, low: number, high: number): void {
  writeAscii(out, int64Text(low, high));
}

/** Decimal digits of a signed 64-bit integer given by its halves (low unsigned, high signed). */
export function int64Text(low: number, high: number): string {
  if (high >= -0x20_0000 && high < 0x20_0000) return String(high * 0x1_0000_0000 + low);
  return String((BigInt(high) << 32n) | BigInt(low));
}

/** Decimal digits of an unsigned 64-bit integer given by its halves. */
export function uint64Text(low: number, high: number): string {
  const unsigned = high >>> 0;
  if (unsigned < 0x20_0000) return String(unsigned * 0x1_0000_0000 + low);
  return String((BigInt(unsigned) << 32n) | BigInt(low));
}

/** Appends a double; what JSON has no number for becomes the text that protobuf's JSON mapping uses. */
export function writeDouble(out: ByteBuffer, value: number): void {
  if (Number.isFinite(value)) writeAscii(out, Object.is(value, -0) ? '-0' : String(value));
  else if (Number.isNaN(value)) writeAscii(out, '"NaN"');
  else writeAscii(out, value > 0 ? '"Infinity"' : '"-Infinity"');
}
