// Text that grows in one stretch of bytes, as UTF-8.

const [QUOTE, BACKSLASH, SPACE, LAST_ASCII] = [34, 92, 32, 126];
/** Bytes of a UTF-16 unit in JSON at most. */
const ESCAPED_BYTES = 6;

export class ByteWriter {
  bytes: Buffer;
  /** Where the next byte goes. */
  at = 0;

  /** `expected` bytes are reserved: memory that is not written to costs nothing, and making room later means copying. */
  constructor(expected: number) {
    this.bytes = Buffer.allocUnsafe(expected);
  }

  text(text: string): void {
    this.makeRoom(text.length * 3);
    this.at += this.bytes.write(text, this.at);
  }

  /** Characters of ASCII only; of short texts quicker than `text`. */
  ascii(text: string): void {
    this.makeRoom(text.length);
    const { bytes } = this;
    for (let i = 0; i < text.length; i++) bytes[this.at++] = text.charCodeAt(i);
  }

  /** The text as JSON, in quotes. */
  json(text: string): void {
    this.makeRoom(text.length * ESCAPED_BYTES + 2);
    const { bytes } = this;
    let { at } = this;
    bytes[at++] = QUOTE;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      // Others stand for themselves.
      if (unit < SPACE || unit > LAST_ASCII || unit === QUOTE || unit === BACKSLASH)
        return this.text(JSON.stringify(text));
      bytes[at++] = unit;
    }
    bytes[at++] = QUOTE;
    this.at = at;
  }

  makeRoom(needed: number): void {
    if (this.at + needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.at + needed, this.bytes.length * 2));
    larger.set(this.written());
    this.bytes = larger;
  }

  /** What was written so far. */
  written(): Buffer {
    return this.bytes.subarray(0, this.at);
  }
}
