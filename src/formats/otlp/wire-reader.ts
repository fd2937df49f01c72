// Reads the protobuf wire format (protobuf.dev/programming-guides/encoding) in place: a cursor over the bytes, no object a field.
// Every length is checked against the end of the message that it stands in, so that a cut-off or hostile body ends in a CodedError.
import { protobufError } from './errors.ts';

/** How deep groups that we skip may stand in each other. */
const MAX_GROUP_DEPTH = 64;

export class WireReader {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  /** The cursor. */
  at = 0;
  /** Halves of the last `readVarint64`: low 32 bits unsigned, high 32 bits signed. */
  low = 0;
  high = 0;

  open(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.at = 0;
  }

  /** A tag: field number × 8 + wire type. */
  readTag(end: number): number {
    const tag = this.readVarint(end);
    if (tag < 8) throw protobufError('a field has the number 0', this.at);
    if (tag > 0xffff_ffff) throw protobufError('a field number is larger than 2^29', this.at);
    return tag;
  }

  /** An unsigned varint as a number; bits above 2^53 are lost (lengths, enums and counts have none). */
  readVarint(end: number): number {
    const { bytes } = this;
    let { at } = this;
    if (at < end) {
      const first = bytes[at]!;
      if (first < 0x80) {
        this.at = at + 1;
        return first;
      }
    }
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 10 && at < end; count++) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        this.at = at;
        return value;
      }
      factor *= 0x80;
    }
    throw protobufError(at >= end ? 'a number is cut off' : 'a number has more than 10 bytes', at);
  }

  /** A 64-bit varint into `low` and `high`. */
  readVarint64(end: number): void {
    const { bytes } = this;
    let { at } = this;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70 && at < end; shift += 7) {
      const byte = bytes[at++]!;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else if (shift < 64) high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.at = at;
        this.low = low >>> 0;
        this.high = high | 0;
        return;
      }
    }
    throw protobufError(at >= end ? 'a number is cut off' : 'a number has more than 10 bytes', at);
  }

  /** Reads a length and leaves the cursor behind it; returns where the bytes end. */
  readLength(end: number): number {
    const size = this.readVarint(end);
    const stop = this.at + size;
    if (stop > end) throw protobufError(`a field of ${size} bytes runs past the end of its message`, this.at);
    return stop;
  }

  /** Where a fixed-width field begins; moves the cursor behind it. */
  readFixed(size: number, end: number): number {
    const { at } = this;
    if (at + size > end) throw protobufError(`a fixed-width field of ${size} bytes is cut off`, at);
    this.at = at + size;
    return at;
  }

  /** Skips the value of a field that nobody asks for. */
  skip(tag: number, end: number, depth = 0): void {
    const wireType = tag & 7;
    if (wireType === 0) this.readVarint64(end);
    else if (wireType === 1) this.readFixed(8, end);
    else if (wireType === 2) this.at = this.readLength(end);
    else if (wireType === 5) this.readFixed(4, end);
    else if (wireType === 3 && depth < MAX_GROUP_DEPTH) {
      const closing = tag + 1;
      for (;;) {
        if (this.at >= end) throw protobufError('a group is cut off', this.at);
        const inner = this.readTag(end);
        if (inner === closing) return;
        this.skip(inner, end, depth + 1);
      }
    } else throw protobufError(`wire type ${wireType} is not known here`, this.at);
  }

  /** The bytes of a field, without a copy. */
  slice(start: number, end: number): Uint8Array {
    return this.bytes.subarray(start, end);
  }

  /** A length-delimited field as text. */
  text(start: number, end: number): string {
    return start === end ? '' : decoder.decode(this.bytes.subarray(start, end));
  }
}

// A leading byte order mark is part of the text.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
