// Scalars of JSON out of bytes: strings with escapes, and numbers, without a string object where it can be done.
import type { ByteBuffer } from '../../base/byte-buffer.ts';
import { readHex4 } from './json-scanner.ts';

const BACKSLASH = 0x5c;
const simpleEscapes = new Uint8Array(256);
for (const [letter, byte] of Object.entries({ b: 8, f: 12, n: 10, r: 13, t: 9, '"': 34, '\\': 92, '/': 47 })) {
  simpleEscapes[letter.charCodeAt(0)] = byte;
}
const REPLACEMENT = 0xfffd;

function writeCodePoint(out: ByteBuffer, code: number): void {
  const { bytes } = out;
  if (code < 0x80) bytes[out.length++] = code;
  else if (code < 0x800) {
    bytes[out.length++] = 0xc0 | (code >> 6);
    bytes[out.length++] = 0x80 | (code & 63);
  } else if (code < 0x1_0000) {
    bytes[out.length++] = 0xe0 | (code >> 12);
    bytes[out.length++] = 0x80 | ((code >> 6) & 63);
    bytes[out.length++] = 0x80 | (code & 63);
  } else {
    bytes[out.length++] = 0xf0 | (code >> 18);
    bytes[out.length++] = 0x80 | ((code >> 12) & 63);
    bytes[out.length++] = 0x80 | ((code >> 6) & 63);
    bytes[out.length++] = 0x80 | (code & 63);
  }
}

/**
 * Appends the text of the JSON string body `source[start, end)` (checked by the scanner) to `out` as UTF-8. False when half a
 * surrogate pair, which UTF-8 cannot carry, became U+FFFD.
 */
export function unescapeJson(source: Uint8Array, start: number, end: number, out: ByteBuffer): boolean {
  out.reserve(end - start);
  let whole = true;
  for (let at = start; at < end; at++) {
    const byte = source[at]!;
    if (byte !== BACKSLASH) {
      out.bytes[out.length++] = byte;
      continue;
    }
    const letter = source[++at]!;
    if (letter !== 0x75) {
      out.bytes[out.length++] = simpleEscapes[letter]!;
      continue;
    }
    let code = readHex4(source, at + 1);
    at += 4;
    if (code >= 0xd800 && code <= 0xdfff) {
      const low =
        at + 6 < end && source[at + 1] === BACKSLASH && source[at + 2] === 0x75 ? readHex4(source, at + 3) : -1;
      if (code < 0xdc00 && low >= 0xdc00 && low <= 0xdfff) {
        code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        at += 6;
      } else {
        code = REPLACEMENT;
        whole = false;
      }
    }
    writeCodePoint(out, code);
  }
  return whole;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** `source[start, end)` as text; for short ASCII this is quicker than the decoder. */
export function readText(source: Uint8Array, start: number, end: number): string {
  if (end - start <= 24) {
    let text = '';
    for (let at = start; at < end; at++) {
      const byte = source[at]!;
      if (byte >= 0x80) return decoder.decode(source.subarray(start, end));
      text += String.fromCharCode(byte);
    }
    return text;
  }
  return decoder.decode(source.subarray(start, end));
}

/** The integer `source[start, end)` (an optional minus and digits) as a number where that is exact, else NaN. */
export function readSafeInteger(source: Uint8Array, start: number, end: number): number {
  const negative = source[start] === 0x2d;
  const first = negative ? start + 1 : start;
  if (end - first > 15) return Number.NaN;
  let value = 0;
  for (let at = first; at < end; at++) value = value * 10 + source[at]! - 0x30;
  return negative ? -value : value;
}

const powersOfTen = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/** The JSON number `source[start, end)` as a double, correctly rounded. */
export function readFloat(source: Uint8Array, start: number, end: number): number {
  // Mantissa below 2^53 and a power of ten up to 22: one division of exact doubles rounds correctly (Clinger 1990).
  const negative = source[start] === 0x2d;
  let mantissa = 0;
  let digits = 0;
  let fraction = 0;
  let at = negative ? start + 1 : start;
  let inFraction = false;
  for (; at < end; at++) {
    const byte = source[at]!;
    if (byte === 0x2e) inFraction = true;
    else if (byte >= 0x30 && byte <= 0x39) {
      mantissa = mantissa * 10 + byte - 0x30;
      digits++;
      if (inFraction) fraction++;
    } else break;
  }
  if (at < end || digits > 15 || fraction > 22) return Number(readText(source, start, end));
  const value = mantissa / powersOfTen[fraction]!;
  return negative ? -value : value;
}
