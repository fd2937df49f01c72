// Python str (PEP 393): a header, then characters of one, two or four bytes. The state word at 32 holds, from bit 2 on,
// three bits of character width, then "compact" and "ascii"; the header is shorter when the string is ASCII.
import type { CPythonLayout } from '../cpython/layout.ts';
import type { MemoryReader } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';

const LENGTH = 16;
const STATE = 32;
const BIT_COMPACT = 1 << 5;
const BIT_ASCII = 1 << 6;

export interface PythonString {
  readonly text: string;
  /** Length in characters as Python counts them; `text` may hold fewer. */
  readonly length: number;
}

/** Reads up to `maxCharacters`; `undefined` when the object is no string or not readable. The type is not checked. */
export function readPythonString(
  reader: MemoryReader,
  layout: CPythonLayout,
  address: Address,
  maxCharacters: number,
): PythonString | undefined {
  const header = reader.peek(address, 40);
  if (header === undefined) return undefined;
  const length = header.getUint32(LENGTH, true) + header.getUint32(LENGTH + 4, true) * 4_294_967_296;
  if (length > 2 ** 40) return undefined;
  const state = header.getUint32(STATE, true);
  const width = (state >>> 2) & 7;
  if (width !== 1 && width !== 2 && width !== 4) return undefined;
  const count = Math.min(length, maxCharacters);
  const isAscii = (state & BIT_ASCII) !== 0;
  let start: Address;
  if ((state & BIT_COMPACT) !== 0) start = address + (isAscii ? layout.string.asciiSize : layout.string.compactSize);
  else start = reader.pointer(address + layout.string.compactSize);
  if (count === 0) return { text: '', length };
  const text = width === 1 ? reader.latin1(start, count) : decodeCharacters(reader.bytes(start, count * width), width);
  return text === undefined ? undefined : { text, length };
}

/** Decodes wide characters; four-byte values that are no code points become U+FFFD. */
function decodeCharacters(bytes: Uint8Array | undefined, width: 2 | 4): string | undefined {
  if (bytes === undefined) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Lone surrogates are legal in a Python string and survive UTF-16.
  if (width === 2) return buffer.toString('utf16le');
  const parts: string[] = [];
  for (let at = 0; at + 4 <= buffer.length; at += 4) {
    const point = buffer.readUInt32LE(at);
    parts.push(point <= 0x10_ff_ff ? String.fromCodePoint(point) : '\u{FFFD}');
  }
  return parts.join('');
}
