// Writes the protobuf wire format into a growing buffer.
import type { ByteBuffer } from '../../base/byte-buffer.ts';

const encoder = new TextEncoder();

/** Appends a field of bytes: its tag (field number × 8 + 2), length and contents. */
export function writeBytesField(out: ByteBuffer, tag: number, contents: Uint8Array): void {
  out.writeVarint(tag);
  out.writeVarint(contents.length);
  out.append(contents);
}

export function writeTextField(out: ByteBuffer, tag: number, text: string): void {
  writeBytesField(out, tag, encoder.encode(text));
}

/** Room for the length of a message that is still being written; such lengths take five bytes, which every reader understands. */
const LENGTH_BYTES = 5;

/** Begins a message field; give what it returns to `endMessage`. */
export function beginMessage(out: ByteBuffer, tag: number): number {
  out.writeVarint(tag);
  out.reserve(LENGTH_BYTES);
  out.length += LENGTH_BYTES;
  return out.length;
}

export function endMessage(out: ByteBuffer, start: number): void {
  let size = out.length - start;
  for (let i = LENGTH_BYTES; i > 1; i--) {
    out.bytes[start - i] = (size & 0x7f) | 0x80;
    size >>>= 7;
  }
  out.bytes[start - 1] = size;
}
