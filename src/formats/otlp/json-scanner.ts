// A JSON scanner (RFC 8259) over UTF-8 bytes: a cursor, no tree. Strings are found in place and copied only when they have escapes;
// numbers keep all their digits. Control characters inside strings are let through: the sender's fault, not the row's.
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { jsonError } from './errors.ts';

/** Values nested deeper than this make the whole body a broken one. */
const MAX_DEPTH = 1000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const escapes: Readonly<Record<number, number>> = {
  0x22: 0x22,
  0x5c: 0x5c,
  0x2f: 0x2f,
  0x62: 0x08,
  0x66: 0x0c,
  0x6e: 0x0a,
  0x72: 0x0d,
  0x74: 0x09,
};
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class JsonScanner {
  readonly bytes: Uint8Array;
  at = 0;
  /** The last string or number read: `[start, end)` of `source`; `view` is over the same bytes. */
  source: Uint8Array;
  view: DataView;
  start = 0;
  end = 0;
  readonly #view: DataView;
  readonly #unescaped = new ByteBuffer();
  #depth = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.source = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.view = this.#view;
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.at = 3;
  }

  /** The next byte that is no white space; 0 at the end. */
  peek(): number {
    const { bytes } = this;
    let { at } = this;
    while (at < bytes.length) {
      const byte = bytes[at]!;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) {
        this.at = at;
        return byte;
      }
      at++;
    }
    this.at = at;
    return 0;
  }

  /** Moves behind `byte`, which must come next. */
  expect(byte: number): void {
    if (this.peek() !== byte) throw this.error(`expected ${String.fromCharCode(byte)}`);
    this.at++;
  }

  /** Moves behind `byte` if it comes next. */
  accept(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at++;
    return true;
  }

  error(what: string): Error {
    return jsonError(what, this.at);
  }

  /** Counts a level; call `leave` behind it. */
  enter(): void {
    if (++this.#depth > MAX_DEPTH) throw this.error(`values are nested deeper than ${MAX_DEPTH} levels`);
  }

  leave(): void {
    this.#depth--;
  }

  /** Reads a string into `source`, `start`, `end`. */
  readString(): void {
    this.expect(QUOTE);
    const { bytes } = this;
    const start = this.at;
    let at = start;
    while (at < bytes.length && bytes[at] !== QUOTE && bytes[at] !== BACKSLASH) at++;
    if (at >= bytes.length) throw this.error('a string is cut off');
    if (bytes[at] === BACKSLASH) return this.#readEscaped(start, at);
    this.source = bytes;
    this.view = this.#view;
    this.start = start;
    this.end = at;
    this.at = at + 1;
  }

  #readEscaped(start: number, firstEscape: number): void {
    const { bytes } = this;
    const out = this.#unescaped;
    out.clear();
    let copied = start;
    let at = firstEscape;
    for (;;) {
      while (at < bytes.length && bytes[at] !== QUOTE && bytes[at] !== BACKSLASH) at++;
      if (at >= bytes.length) throw this.error('a string is cut off');
      out.append(bytes.subarray(copied, at));
      if (bytes[at] === QUOTE) break;
      this.at = at + 1;
      this.#readEscape(out);
      at = this.at;
      copied = at;
    }
    this.at = at + 1;
    this.source = out.bytes;
    this.view = out.view;
    this.start = 0;
    this.end = out.length;
  }

  #readEscape(out: ByteBuffer): void {
    const kind = this.at < this.bytes.length ? this.bytes[this.at++]! : 0;
    if (kind === 0x75) return appendCodePoint(out, this.#readCodePoint());
    const byte = escapes[kind];
    if (byte === undefined) throw this.error('an escape in a string is not known');
    out.reserve(1);
    out.bytes[out.length++] = byte;
  }

  /** Four hex digits, or a surrogate pair; a half of one alone becomes U+FFFD. */
  #readCodePoint(): number {
    const first = this.#readHex4();
    if (first < 0xd800 || first > 0xdfff) return first;
    const { bytes, at } = this;
    if (first > 0xdbff || at + 2 > bytes.length || bytes[at] !== BACKSLASH || bytes[at + 1] !== 0x75) return 0xfffd;
    this.at = at + 2;
    const second = this.#readHex4();
    if (second >= 0xdc00 && second <= 0xdfff) return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
    this.at = at;
    return 0xfffd;
  }

  #readHex4(): number {
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const digit = this.at < this.bytes.length ? hexDigit(this.bytes[this.at]!) : -1;
      if (digit === -1) throw this.error('\\u must be followed by four hex digits');
      value = value * 16 + digit;
      this.at++;
    }
    return value;
  }

  /** Reads a number token into `source`, `start`, `end`. */
  readNumber(): void {
    this.peek();
    const { bytes } = this;
    this.source = bytes;
    this.start = this.at;
    while (this.at < bytes.length && isNumberByte(bytes[this.at]!)) this.at++;
    this.end = this.at;
    if (this.start === this.end) throw this.error('expected a number');
  }

  /** The last string or number as text. */
  text(): string {
    return decoder.decode(this.source.subarray(this.start, this.end));
  }

  /** Reads one of the words true, false, null if it comes next. */
  acceptWord(word: string): boolean {
    this.peek();
    for (let i = 0; i < word.length; i++) if (this.bytes[this.at + i] !== word.charCodeAt(i)) return false;
    this.at += word.length;
    return true;
  }

  /** Skips a value that nobody asks for. */
  skipValue(): void {
    const first = this.peek();
    if (first === QUOTE) this.readString();
    else if (first === 0x7b) this.#skipMembers(0x7d, true);
    else if (first === 0x5b) this.#skipMembers(0x5d, false);
    else if (!this.acceptWord('true') && !this.acceptWord('false') && !this.acceptWord('null')) {
      this.readNumber();
      if (!Number.isFinite(Number(this.text()))) throw this.error('expected a value');
    }
  }

  #skipMembers(closing: number, withNames: boolean): void {
    this.at++;
    this.enter();
    if (!this.accept(closing)) {
      do {
        if (withNames) {
          this.readString();
          this.expect(0x3a);
        }
        this.skipValue();
      } while (this.accept(0x2c));
      this.expect(closing);
    }
    this.leave();
  }
}

/** The value of a hex digit of any case, or −1. */
export function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function isNumberByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2b || byte === 0x2e || byte === 0x65 || byte === 0x45
  );
}

function appendCodePoint(out: ByteBuffer, point: number): void {
  out.reserve(4);
  const push = (byte: number): void => {
    out.bytes[out.length++] = byte;
  };
  if (point < 0x80) push(point);
  else if (point < 0x800) {
    push(0xc0 | (point >> 6));
    push(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    push(0xe0 | (point >> 12));
    push(0x80 | ((point >> 6) & 0x3f));
    push(0x80 | (point & 0x3f));
  } else {
    push(0xf0 | (point >> 18));
    push(0x80 | ((point >> 12) & 0x3f));
    push(0x80 | ((point >> 6) & 0x3f));
    push(0x80 | (point & 0x3f));
  }
}
