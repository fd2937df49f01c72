// Walks over protobuf's wire format. https://protobuf.dev/programming-guides/encoding/
// Reads behind the end give 0; `isBroken` tells afterwards, so that the walk itself needs no checks.

const MAX_VARINT_BYTES = 10;

/** Wire types of the fields that are met. */
export const VARINT = 0;
export const FIXED_64 = 1;
export const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

export class ProtobufCursor {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  at = 0;
  isBroken = false;

  load(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
    this.isBroken = false;
  }

  /** An unsigned number of up to 53 bits; larger ones lose their low bits. */
  readVarint(): number {
    const { bytes } = this;
    const first = bytes[this.at++];
    if (first !== undefined && first < 0x80) return first;
    this.at--;
    let value = 0;
    let scale = 1;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = bytes[this.at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    this.isBroken = true;
    return 0;
  }

  /** A signed 64-bit number, exact within ±2^53. */
  readSigned(): number {
    const { bytes } = this;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[this.at++];
      if (byte === undefined) break;
      const part = byte & 0x7f;
      if (shift < 28) low |= part << shift;
      else if (shift === 28) {
        low |= (part & 0xf) << 28;
        high = part >> 4;
      } else high |= part << (shift - 32);
      if (byte < 0x80) return (high | 0) * 2 ** 32 + (low >>> 0);
    }
    this.isBroken = true;
    return 0;
  }

  /** The end of the length-delimited field whose length stands here, inside of `end`. */
  readEnd(end: number): number {
    const stop = this.readVarint() + this.at;
    if (stop <= end) return stop;
    this.isBroken = true;
    return end;
  }

  /** The end of a field that is not known. */
  skip(wireType: number, end: number): void {
    if (wireType === VARINT) this.readVarint();
    else if (wireType === FIXED_64) this.at += 8;
    else if (wireType === FIXED_32) this.at += 4;
    else if (wireType === LENGTH_DELIMITED) this.at = this.readEnd(end);
    else this.isBroken = true;
    if (this.at > end) this.isBroken = true;
  }

  /** A floating-point number; the bits of a NaN may be lost. */
  readDouble(end: number): number {
    if (this.at + 8 > end) {
      this.isBroken = true;
      return 0;
    }
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }
}
