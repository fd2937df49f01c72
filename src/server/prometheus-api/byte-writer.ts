// Text that grows in one stretch of bytes, as UTF-8.

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
