// Reads the numbers of a body from its bytes. Plain decimals need no text: their digits are an integer that a double holds, and one
// multiplication or division by a power of ten that a double holds rounds as reading the whole text would.
import { parseFloatText } from '../../base/float-text.ts';

const NEWLINE = 10;
const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const SMALL_E = 101;
/** So many digits are an integer that a double holds. */
const MAX_DIGITS = 15;
/** Two digits of an exponent are enough for the quick way. */
const MAX_EXPONENT_DIGITS = 2;
const POWERS = Array.from({ length: 23 }, (_, power) => 10 ** power);
/** No number that somebody writes is longer. */
const MAX_LENGTH = 64;

const isDigit = (byte: number | undefined): byte is number => byte !== undefined && byte >= ZERO && byte < ZERO + 10;

export class NumberReader {
  /** Where the line break behind the number stands that was read last; -1 when there is no number with a line break right behind it. */
  end = -1;

  /** The number at `start`, as `parseFloatText` reads it. */
  read(body: Uint8Array, start: number): number {
    const negative = body[start] === MINUS;
    let at = negative ? start + 1 : start;
    const first = at;
    let digits = 0;
    let byte = body[at];
    for (; isDigit(byte); byte = body[++at]) digits = digits * 10 + byte - ZERO;
    let count = at - first;
    let power = 0;
    if (byte === POINT) {
      const point = at;
      for (byte = body[++at]; isDigit(byte); byte = body[++at]) digits = digits * 10 + byte - ZERO;
      power = point + 1 - at;
      count -= power;
    }
    if (byte === SMALL_E && count > 0) {
      const sign = body[at + 1];
      const from = sign === MINUS || sign === PLUS ? at + 2 : at + 1;
      let exponent = 0;
      for (at = from, byte = body[at]; isDigit(byte); byte = body[++at]) exponent = exponent * 10 + byte - ZERO;
      if (at === from || at - from > MAX_EXPONENT_DIGITS) return this.#readText(body, start);
      power += sign === MINUS ? -exponent : exponent;
    }
    if (byte !== NEWLINE || count === 0 || count > MAX_DIGITS || power >= POWERS.length || -power >= POWERS.length)
      return this.#readText(body, start);
    this.end = at;
    const value = power === 0 ? digits : power < 0 ? digits / POWERS[-power]! : digits * POWERS[power]!;
    return negative ? -value : value;
  }

  #readText(body: Uint8Array, start: number): number {
    const end = body.indexOf(NEWLINE, start);
    this.end = -1;
    if (end === -1 || end - start > MAX_LENGTH) return NaN;
    const value = parseFloatText(String.fromCharCode(...body.subarray(start, end)));
    if (value === undefined) return NaN;
    this.end = end;
    return value;
  }
}
