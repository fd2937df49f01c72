// Splits a stream of bytes into lines, whatever the borders of the chunks: LF or CRLF, a byte order mark in front, lines longer than
// the bound (their first part is kept, the rest is counted).

/** Longest line that is kept whole. */
export const MAX_LINE_BYTES = 1 << 20;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Receives a line without its line break, and the position behind the break. The bytes are a view of the chunk or a copy. */
export type LineSink = (line: Uint8Array, end: number) => void;

/** The largest size ≤ `size` that does not end inside a UTF-8 sequence. */
function wholeCharacters(bytes: Uint8Array, size: number): number {
  let at = size;
  for (let back = 0; back < 4 && at > 0; back++, at--) {
    const byte = bytes[at - 1]!;
    if (byte < 0x80) return at;
    if (byte >= 0xc0) return at - 1 + (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) <= size ? size : at - 1;
  }
  return size;
}

export class LineSplitter {
  readonly #sink: LineSink;
  #partial: Uint8Array[] = [];
  #partialBytes = 0;
  #position: number;
  #skipping = false;
  #isFirst: boolean;
  /** Bytes of over-long lines that were not kept. */
  cutBytes = 0;
  /** How many lines were cut. */
  cutLines = 0;

  /** `position` is where the first chunk begins. */
  constructor(sink: LineSink, position = 0) {
    this.#sink = sink;
    this.#position = position;
    this.#isFirst = position === 0;
  }

  /** Bytes of a line whose end has not come. */
  get partialBytes(): number {
    return this.#partialBytes;
  }

  /** Whether an over-long line is being cut, whose end has not come. */
  get isCutting(): boolean {
    return this.#skipping;
  }

  /** Takes the next bytes; they must not change until the lines are used. */
  push(chunk: Uint8Array): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED, start); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.#emit(chunk.subarray(start, end), this.#position + end + 1);
      start = end + 1;
    }
    this.#position += chunk.length;
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** Gives out the line that has no end, because nothing will come behind it. */
  flush(): void {
    if (this.#partialBytes > 0 || this.#skipping) this.#emit(new Uint8Array(0), this.#position);
  }

  #keep(rest: Uint8Array): void {
    const room = MAX_LINE_BYTES - this.#partialBytes;
    if (this.#skipping || room <= 0) this.cutBytes += rest.length;
    else {
      this.#partial.push(rest.slice(0, room));
      this.#partialBytes += Math.min(rest.length, room);
      this.cutBytes += Math.max(0, rest.length - room);
    }
    if (rest.length > room && !this.#skipping) {
      this.#skipping = true;
      this.cutLines++;
    }
  }

  #emit(last: Uint8Array, end: number): void {
    let line = last;
    if (this.#partial.length > 0) {
      this.#keep(last);
      line = this.#partial.length === 1 ? this.#partial[0]! : Buffer.concat(this.#partial);
      this.#partial = [];
      this.#partialBytes = 0;
    }
    let size = line.length;
    if (size > MAX_LINE_BYTES) {
      this.cutLines++;
      this.cutBytes += size - MAX_LINE_BYTES;
      size = MAX_LINE_BYTES;
      this.#skipping = true;
    }
    if (this.#skipping) {
      const whole = wholeCharacters(line, size);
      this.cutBytes += size - whole;
      size = whole;
    } else if (line[size - 1] === CARRIAGE_RETURN) size--;
    this.#skipping = false;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    const mark = isFirst && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? 3 : 0;
    this.#sink(mark === 0 && size === line.length ? line : line.subarray(mark, size), end);
  }
}
