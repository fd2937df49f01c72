// Numbers as text, straight into bytes. The shortest text of any float is dear to find; most values have few decimals, and rates of
// slow counters come again and again.

/** Bytes that a number takes at most. */
export const MAX_VALUE_BYTES = 26;
const DOT = 46;
const MINUS = 45;
const ZERO = 48;
const DECIMALS = 1000;
/** Numbers of so many digits, decimals included, are the shortest text of their float. */
const MAX_DIGITS = 1e15;
const PART = 1e6;
/**
 * From 2²³ on a float has at most 29 bits behind the point, and nine decimals always tell it from its neighbours; with them, the bits of
 * the fraction times a power of ten fit into a float: reckoning is exact.
 */
const [MIN_LONG, MAX_LONG] = [2 ** 23, 2 ** 49];
const MIN_LONG_EXPONENT = 23;
const LONG_DECIMALS = 9;
/** Below it `writeDecimal` has tried up to three decimals. */
const MAX_TRIED = 1e11;
/** Half the distance of neighbouring floats from 2²³ on, by the power of two. */
const halfDistances = Float64Array.from({ length: 26 }, (_, i) => 2 ** (MIN_LONG_EXPONENT + i - 53));
const KEPT = 4096;

function countDigits(value: number): number {
  let digits = 1;
  for (let limit = 10; digits < 9 && value >= limit; limit *= 10) digits++;
  return digits;
}

/** Writes the lowest `digits` digits of a whole number below 2³¹. */
function writeDigits(bytes: Uint8Array, at: number, value: number, digits: number): number {
  let left = value | 0;
  for (let place = at + digits - 1; place >= at; place--) {
    const rest = (left / 10) | 0;
    bytes[place] = ZERO + left - rest * 10;
    left = rest;
  }
  return at + digits;
}

/** Writes a whole number below 10¹⁵. */
function writeWhole(bytes: Uint8Array, at: number, whole: number): number {
  if (whole < PART) return writeDigits(bytes, at, whole, countDigits(whole));
  const high = Math.floor(whole / PART);
  return writeDigits(bytes, writeDigits(bytes, at, high, countDigits(high)), whole - high * PART, 6);
}

/** Writes a number of [2²³, 2⁴⁹) with a fraction, as means of bytes are; `exponent` is its power of two. Returns where it ends, or `at`. */
function writeLong(bytes: Uint8Array, at: number, value: number, exponent: number): number {
  const size = Math.abs(value);
  const whole = Math.floor(size);
  const fraction = size - whole;
  const half = halfDistances[exponent - MIN_LONG_EXPONENT] as number;
  let decimals = size < MAX_TRIED ? 4 : 1;
  for (let power = 10 ** decimals; decimals <= LONG_DECIMALS; decimals++, power *= 10) {
    const exact = fraction * power;
    const nearest = Math.round(exact);
    const off = Math.abs(nearest - exact);
    if (off > half * power) continue;
    // Which of two is as near, and on which side a tie falls, is left to whoever knows all numbers.
    if (off === half * power || off === 0.5) return at;
    let to = at;
    if (value < 0) bytes[to++] = MINUS;
    to = writeWhole(bytes, to, whole);
    bytes[to++] = DOT;
    return writeDigits(bytes, to, nearest, decimals);
  }
  return at;
}

/** Writes a number with up to three decimals; returns where it ends, or `at` when the value is none. */
function writeDecimal(bytes: Uint8Array, at: number, value: number): number {
  const scaled = Math.round(Math.abs(value) * DECIMALS);
  // Also false for NaN; zero has a sign.
  if (!(scaled > 0 && scaled < MAX_DIGITS) || scaled / DECIMALS !== Math.abs(value)) return at;
  let to = at;
  if (value < 0) bytes[to++] = MINUS;
  const whole = Math.floor(scaled / DECIMALS);
  to = writeWhole(bytes, to, whole);
  const fraction = scaled - whole * DECIMALS;
  if (fraction === 0) return to;
  bytes[to++] = DOT;
  to = writeDigits(bytes, to, fraction, 3);
  while (bytes[to - 1] === ZERO) to--;
  return to;
}

/** Bytes that `writeSeconds` takes at most: a sign, 13 digits, the point and three more. */
export const MAX_SECONDS_BYTES = 18;

/** Writes milliseconds, less than 10¹⁶ of them, as seconds with three decimals or none; returns where it ends. */
export function writeSeconds(bytes: Uint8Array, at: number, ms: number): number {
  let to = at;
  if (ms < 0) bytes[to++] = MINUS;
  const size = Math.abs(ms);
  to = writeWhole(bytes, to, Math.floor(size / 1000));
  const fraction = size % 1000;
  if (fraction === 0) return to;
  bytes[to++] = DOT;
  return writeDigits(bytes, to, fraction, 3);
}

export class ValueWriter {
  readonly #show: (value: number) => string;
  readonly #values = new Float64Array(KEPT).fill(NaN);
  readonly #texts = new Uint8Array(KEPT * MAX_VALUE_BYTES);
  readonly #lengths = new Uint8Array(KEPT);
  readonly #value = new Float64Array(1);
  readonly #words = new Int32Array(this.#value.buffer);

  /** `show` knows the text of every number. */
  constructor(show: (value: number) => string) {
    this.#show = show;
  }

  /** Writes `value` from `at` on, MAX_VALUE_BYTES at most; returns where it ends. */
  write(bytes: Uint8Array, at: number, value: number): number {
    const end = writeDecimal(bytes, at, value);
    if (end !== at) return end;
    this.#value[0] = value;
    const size = Math.abs(value);
    if (size >= MIN_LONG && size < MAX_LONG && size !== Math.floor(size)) {
      const long = writeLong(bytes, at, value, (((this.#words[1] as number) >>> 20) & 0x7ff) - 1023);
      if (long !== at) return long;
    }
    const hash = Math.imul((this.#words[0] as number) ^ (this.#words[1] as number), 0x9e3779b1) >>> 20;
    const start = hash * MAX_VALUE_BYTES;
    // Zero equals negative zero.
    if (this.#values[hash] !== value || value === 0) {
      const text = this.#show(value);
      for (let i = 0; i < text.length; i++) this.#texts[start + i] = text.charCodeAt(i);
      this.#values[hash] = value;
      this.#lengths[hash] = text.length;
    }
    const length = this.#lengths[hash] as number;
    for (let i = 0; i < length; i++) bytes[at + i] = this.#texts[start + i] as number;
    return at + length;
  }
}
