// Finds the fields of one JSON object in bytes without building it: for each field of the top level where its key and its value
// stand and of what kind the value is. Nested values are checked and skipped. Beyond RFC 8259 it takes what Python's json module
// writes (NaN, Infinity, -Infinity) and raw control characters in strings.

export const STRING = 1;
/** A string with backslash escapes in it. */
export const ESCAPED = 2;
export const INTEGER = 3;
export const FLOAT = 4;
export const TRUE = 5;
export const FALSE = 6;
export const NULL = 7;
export const OBJECT = 8;
export const ARRAY = 9;
export const NOT_A_NUMBER = 10;
export const INFINITE = 11;
export const MINUS_INFINITE = 12;
/** An object or array that strict JSON readers would refuse: NaN, control characters or half surrogate pairs inside, or too deep. */
export const ODD = 13;

/** Objects and arrays nested deeper than this are kept as text. */
const MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const DOT = 0x2e;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** The code unit of the four hex digits at `at`, or −1. */
export function readHex4(bytes: Uint8Array, at: number): number {
  const [a, b] = [hexValue(bytes[at]), hexValue(bytes[at + 1])];
  const [c, d] = [hexValue(bytes[at + 2]), hexValue(bytes[at + 3])];
  return (a | b | c | d) < 0 ? -1 : (a << 12) | (b << 8) | (c << 4) | d;
}

function wordAt(bytes: Uint8Array, at: number, end: number, word: string): boolean {
  if (at + word.length > end) return false;
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false;
  return true;
}

const words: readonly (readonly [string, number])[] = [
  ['true', TRUE],
  ['false', FALSE],
  ['null', NULL],
  ['NaN', NOT_A_NUMBER],
  ['Infinity', INFINITE],
  ['-Infinity', MINUS_INFINITE],
];

/** Reused for every document: `count` fields, their places in the arrays. Strings are given without their quotes. */
export class JsonScanner {
  count = 0;
  keyStart = new Int32Array(64);
  keyEnd = new Int32Array(64);
  keyEscaped = new Uint8Array(64);
  valueStart = new Int32Array(64);
  valueEnd = new Int32Array(64);
  kind = new Uint8Array(64);
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  // What the last string or word held.
  #escaped = false;
  #odd = false;
  readonly #isObject = new Uint8Array(MAX_DEPTH + 1);

  /** Whether `bytes[start, end)` is one JSON object with nothing but white space around it. */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    this.#bytes = bytes;
    this.#end = end;
    this.count = 0;
    let at = this.#skipSpace(start);
    if (bytes[at] !== 0x7b || at >= end) return false;
    at = this.#skipSpace(at + 1);
    if (bytes[at] === 0x7d && at < end) return this.#skipSpace(at + 1) === end;
    while (at < end) {
      at = this.#field(at);
      if (at < 0) return false;
      at = this.#skipSpace(at);
      if (at >= end) return false;
      if (bytes[at] === 0x7d) return this.#skipSpace(at + 1) === end;
      if (bytes[at] !== COMMA) return false;
      at = this.#skipSpace(at + 1);
    }
    return false;
  }

  #field(start: number): number {
    const bytes = this.#bytes;
    if (bytes[start] !== QUOTE) return -1;
    const field = this.count;
    if (field === this.kind.length) this.#grow();
    const keyEnd = this.#string(start + 1);
    if (keyEnd < 0) return -1;
    this.keyStart[field] = start + 1;
    this.keyEnd[field] = keyEnd;
    this.keyEscaped[field] = this.#escaped ? 1 : 0;
    let at = this.#skipSpace(keyEnd + 1);
    if (at >= this.#end || bytes[at] !== COLON) return -1;
    at = this.#skipSpace(at + 1);
    if (at >= this.#end) return -1;
    this.count = field + 1;
    return this.#value(field, at);
  }

  #value(field: number, at: number): number {
    const first = this.#bytes[at]!;
    if (first === QUOTE) {
      const end = this.#string(at + 1);
      if (end < 0) return -1;
      this.#set(field, this.#escaped ? ESCAPED : STRING, at + 1, end);
      return end + 1;
    }
    if (first === 0x7b || first === 0x5b) {
      this.#odd = false;
      const end = this.#nested(at);
      if (end < 0) return -1;
      this.#set(field, this.#odd ? ODD : first === 0x7b ? OBJECT : ARRAY, at, end);
      return end;
    }
    const end = this.#scalar(at);
    if (end < 0) return -1;
    this.#set(field, this.#scalarKind, at, end);
    return end;
  }

  #scalarKind = 0;

  #set(field: number, kind: number, start: number, end: number): void {
    this.kind[field] = kind;
    this.valueStart[field] = start;
    this.valueEnd[field] = end;
  }

  #skipSpace(start: number): number {
    const bytes = this.#bytes;
    let at = start;
    while (at < this.#end) {
      const byte = bytes[at]!;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
      at++;
    }
    return at;
  }

  /** From behind the opening quote to the closing one; −1 when there is none or an escape is wrong. */
  #string(start: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    this.#escaped = false;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) return at;
      if (byte < 0x20) this.#odd = true;
      else if (byte === BACKSLASH) {
        this.#escaped = true;
        const size = this.#escape(at, end);
        if (size < 0) return -1;
        at += size;
      }
    }
    return -1;
  }

  /** Bytes of the escape at the backslash, without the backslash itself. */
  #escape(at: number, end: number): number {
    const bytes = this.#bytes;
    switch (bytes[at + 1]!) {
      case QUOTE:
      case BACKSLASH:
      case 0x2f:
      case 0x62:
      case 0x66:
      case 0x6e:
      case 0x72:
      case 0x74:
        return 1;
      case 0x75: {
        const unit = at + 6 <= end ? readHex4(bytes, at + 2) : -1;
        if (unit < 0) return -1;
        if (unit < 0xd800 || unit > 0xdfff) return 5;
        const low =
          bytes[at + 6] === BACKSLASH && bytes[at + 7] === 0x75 && at + 12 <= end ? readHex4(bytes, at + 8) : -1;
        if (unit < 0xdc00 && low >= 0xdc00 && low <= 0xdfff) return 11;
        this.#odd = true;
        return 5;
      }
      default:
        return -1;
    }
  }

  #scalar(at: number): number {
    const bytes = this.#bytes;
    const first = bytes[at]!;
    if (isDigit(first) || (first === MINUS && isDigit(bytes[at + 1]))) return this.#number(at);
    for (const [word, kind] of words) {
      if (first === word.charCodeAt(0) && wordAt(bytes, at, this.#end, word)) {
        this.#scalarKind = kind;
        if (kind >= NOT_A_NUMBER) this.#odd = true;
        return at + word.length;
      }
    }
    return -1;
  }

  #number(start: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = bytes[start] === MINUS ? start + 1 : start;
    if (at >= end) return -1;
    if (bytes[at] === 0x30) at++;
    else at = this.#digits(at);
    this.#scalarKind = INTEGER;
    if (at < end && bytes[at] === DOT) {
      this.#scalarKind = FLOAT;
      const behind = this.#digits(at + 1);
      if (behind === at + 1) return -1;
      at = behind;
    }
    if (at < end && (bytes[at]! | 0x20) === 0x65) {
      this.#scalarKind = FLOAT;
      at++;
      if (at < end && (bytes[at] === MINUS || bytes[at] === 0x2b)) at++;
      const behind = this.#digits(at);
      if (behind === at) return -1;
      at = behind;
    }
    return at < end && isDigit(bytes[at]) ? -1 : at;
  }

  #digits(start: number): number {
    let at = start;
    while (at < this.#end && isDigit(this.#bytes[at])) at++;
    return at;
  }

  /** Behind the object or array that begins at `start`, or −1. Without recursion, so that depth cannot overflow the stack. */
  #nested(start: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    const isObject = this.#isObject;
    let depth = 0;
    let at = start;
    for (;;) {
      // A value begins at `at`.
      const first = at < end ? bytes[at]! : 0;
      if (first === 0x7b || first === 0x5b) {
        if (depth === MAX_DEPTH) return this.#tooDeep(start);
        isObject[depth++] = first === 0x7b ? 1 : 0;
        at = this.#skipSpace(at + 1);
        if (at >= end) return -1;
        if (bytes[at] !== first + 2) {
          if (first === 0x7b && (at = this.#nestedKey(at)) < 0) return -1;
          continue;
        }
      } else if (first === QUOTE) {
        at = this.#string(at + 1);
        if (at < 0) return -1;
        at++;
      } else {
        at = this.#scalar(at);
        if (at < 0) return -1;
      }
      // Behind a value, or on the bracket that closes an empty one.
      for (;;) {
        at = this.#skipSpace(at);
        if (at >= end) return -1;
        const byte = bytes[at]!;
        const object = isObject[depth - 1] === 1;
        if (byte === (object ? 0x7d : 0x5d)) {
          at++;
          if (--depth === 0) return at;
        } else if (byte === COMMA) {
          at = this.#skipSpace(at + 1);
          if (object && (at = this.#nestedKey(at)) < 0) return -1;
          break;
        } else return -1;
      }
    }
  }

  #nestedKey(start: number): number {
    if (start >= this.#end || this.#bytes[start] !== QUOTE) return -1;
    const end = this.#string(start + 1);
    if (end < 0) return -1;
    const at = this.#skipSpace(end + 1);
    if (at >= this.#end || this.#bytes[at] !== COLON) return -1;
    return this.#skipSpace(at + 1);
  }

  /** The end of a value that is too deep to be checked: brackets outside strings are counted. */
  #tooDeep(start: number): number {
    const bytes = this.#bytes;
    let depth = 0;
    for (let at = start; at < this.#end; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        at = this.#string(at + 1);
        if (at < 0) return -1;
      } else if (byte === 0x7b || byte === 0x5b) depth++;
      else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) {
        this.#odd = true;
        return at + 1;
      }
    }
    return -1;
  }

  #grow(): void {
    const grow = <T extends Int32Array | Uint8Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    const size = this.kind.length * 2;
    this.keyStart = grow(this.keyStart, new Int32Array(size));
    this.keyEnd = grow(this.keyEnd, new Int32Array(size));
    this.keyEscaped = grow(this.keyEscaped, new Uint8Array(size));
    this.valueStart = grow(this.valueStart, new Int32Array(size));
    this.valueEnd = grow(this.valueEnd, new Int32Array(size));
    this.kind = grow(this.kind, new Uint8Array(size));
  }
}
