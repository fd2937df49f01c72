// Times as loggers write them: ISO 8601 with a blank or a T, a dot or Python's comma before the fraction, with or without a zone;
// and seconds, milliseconds, microseconds or nanoseconds since 1970. A parsed time comes with its format, from which the same
// text can be printed again.

const NAIVE = 0;
const ZULU = 1;
const COLON_OFFSET = 2;
const PLAIN_OFFSET = 3;
const SPACE_OFFSET = 4;
const UTC_WORD = 5;

const digit = (bytes: Uint8Array, at: number): number => bytes[at]! - 0x30;

function two(bytes: Uint8Array, at: number): number {
  const [tens, ones] = [digit(bytes, at), digit(bytes, at + 1)];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/** Days since 1970-01-01 of a date in the proleptic Gregorian calendar. */
export function daysOfDate(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysInMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && leap ? 29 : (monthLengths[month - 1] ?? 0);
}

const tenTo = Array.from({ length: 10 }, (_, power) => 10 ** power);
const MINUTES_BIAS = 2048;

/** Reads times; the result of the last successful read stands in the fields. */
export class TimeReader {
  /** Seconds since 1970: of the instant, or, for a naive time, as if its clock were UTC. */
  seconds = 0;
  nanos = 0;
  naive = false;
  /** Whether printing with `format` gives the same text again. */
  exact = false;
  /** A number for the format; `describeFormat` gives its text. */
  format = 0;
  /** Behind the last byte that was read. */
  end = 0;

  /** Reads a time at `start`; `end` bounds it, and text may follow it. False when there is none. */
  readText(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < 19) return false;
    const separator = bytes[start + 4]!;
    if ((separator !== 0x2d && separator !== 0x2f) || bytes[start + 7] !== separator) return false;
    const middle = bytes[start + 10]!;
    if (middle !== 0x54 && middle !== 0x20) return false;
    if (bytes[start + 13] !== 0x3a || bytes[start + 16] !== 0x3a) return false;
    const century = two(bytes, start);
    const years = two(bytes, start + 2);
    const month = two(bytes, start + 5);
    const day = two(bytes, start + 8);
    const hour = two(bytes, start + 11);
    const minute = two(bytes, start + 14);
    const second = two(bytes, start + 17);
    if ((century | years | month | day | hour | minute | second) < 0) return false;
    const year = century * 100 + years;
    // What 64 bits of nanoseconds can hold.
    if (year < 1678 || year > 2261) return false;
    if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return false;
    if (hour > 23 || minute > 59 || second > 60) return false;
    this.exact = second < 60;
    let at = start + 19;
    let digits = 0;
    let mark = 0;
    this.nanos = 0;
    if (
      at + 1 < end &&
      (bytes[at] === 0x2e || bytes[at] === 0x2c) &&
      digit(bytes, at + 1) >= 0 &&
      digit(bytes, at + 1) <= 9
    ) {
      mark = bytes[at] === 0x2c ? 1 : 2;
      for (at++; at < end; at++, digits++) {
        const value = digit(bytes, at);
        if (value < 0 || value > 9) break;
        if (digits < 9) this.nanos = this.nanos * 10 + value;
        else this.exact = false;
      }
      digits = Math.min(digits, 9);
      this.nanos *= tenTo[9 - digits]!;
    }
    this.seconds = daysOfDate(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    this.end = at;
    this.#zone(bytes, at, end);
    const shape = (separator === 0x2f ? 1 : 0) | (middle === 0x20 ? 2 : 0) | (mark << 2) | (digits << 4);
    this.format = shape | (this.#zoneKind << 8) | ((this.#minutes + MINUTES_BIAS) << 12);
    return true;
  }

  #zoneKind = NAIVE;
  #minutes = 0;

  #zone(bytes: Uint8Array, start: number, end: number): void {
    this.#zoneKind = NAIVE;
    this.#minutes = 0;
    this.naive = true;
    let at = start;
    const first = at < end ? bytes[at] : 0;
    if (first === 0x5a) {
      this.#setZone(ZULU, 0, at + 1);
      return;
    }
    const spaced = first === 0x20;
    if (spaced) at++;
    if (spaced && at + 3 <= end && bytes[at] === 0x55 && bytes[at + 1] === 0x54 && bytes[at + 2] === 0x43) {
      this.#setZone(UTC_WORD, 0, at + 3);
      return;
    }
    const sign = bytes[at];
    if ((sign !== 0x2b && sign !== 0x2d) || at + 5 > end) return;
    const hours = two(bytes, at + 1);
    const colon = bytes[at + 3] === 0x3a;
    const minutesAt = colon ? at + 4 : at + 3;
    if (minutesAt + 2 > end) return;
    const minutes = two(bytes, minutesAt);
    if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59) return;
    const behind = minutesAt + 2 < end ? digit(bytes, minutesAt + 2) : -1;
    if (behind >= 0 && behind <= 9) return;
    const offset = (hours * 60 + minutes) * (sign === 0x2d ? -1 : 1);
    if ((sign === 0x2d && offset === 0) || (spaced && colon)) this.exact = false;
    this.#setZone(spaced ? SPACE_OFFSET : colon ? COLON_OFFSET : PLAIN_OFFSET, offset, minutesAt + 2);
    this.seconds -= offset * 60;
  }

  #setZone(kind: number, minutes: number, end: number): void {
    this.#zoneKind = kind;
    this.#minutes = minutes;
    this.naive = false;
    this.end = end;
  }

  /**
   * Takes a number since 1970: the unit is told by the magnitude, and only instants from 1990 to 2100 count (a small number in a
   * field called "time" is a duration).
   */
  readNumber(bytes: Uint8Array, start: number, end: number): boolean {
    let dot = end;
    for (let at = start; at < end; at++) {
      const value = digit(bytes, at);
      if (bytes[at] === 0x2e && dot === end) dot = at;
      else if (value < 0 || value > 9) return false;
    }
    const whole = dot - start;
    if (whole < 9 || whole > 19) return false;
    // Seconds have 9 or 10 digits, milliseconds 12 or 13, and so on.
    const unit = Math.floor((whole - 9) / 3);
    if (whole - unit * 3 > 10) return false;
    const split = dot - unit * 3;
    let seconds = 0;
    for (let at = start; at < split; at++) seconds = seconds * 10 + digit(bytes, at);
    if (seconds < 631_152_000 || seconds >= 4_102_444_800) return false;
    let nanos = 0;
    let digits = 0;
    this.exact = true;
    for (let at = split; at < end; at++) {
      if (at === dot) continue;
      if (digits < 9) nanos = nanos * 10 + digit(bytes, at);
      else if (digit(bytes, at) !== 0) this.exact = false;
      if (digits < 9) digits++;
    }
    this.seconds = seconds;
    this.nanos = nanos * tenTo[9 - digits]!;
    this.naive = false;
    this.end = end;
    this.format = -1 - unit;
    return true;
  }

  /** Whether the naive time was written with a T between date and time. */
  get hasT(): boolean {
    return (this.format & 2) === 0;
  }
}

const units = ['s', 'ms', 'us', 'ns'];

function zoneText(format: number): string {
  const minutes = (format >> 12) - MINUTES_BIAS;
  const sign = minutes < 0 ? '-' : '+';
  const pad = (value: number): string => String(value).padStart(2, '0');
  const [hours, rest] = [pad(Math.floor(Math.abs(minutes) / 60)), pad(Math.abs(minutes) % 60)];
  const texts = ['', 'Z', `${sign}${hours}:${rest}`, `${sign}${hours}${rest}`, ` ${sign}${hours}${rest}`, ' UTC'];
  return texts[(format >> 8) & 15] ?? '';
}

/** A format as text: `s`, `ms`, `us`, `ns` for numbers, else date separator, middle, fraction mark with its digits, zone: `- ,3+08:00`. */
export function describeFormat(format: number): string {
  if (format < 0) return units[-1 - format] ?? 's';
  const mark = ['', ',', '.'][(format >> 2) & 3] ?? '';
  return `${format & 1 ? '/' : '-'}${format & 2 ? ' ' : 'T'}${mark}${(format >> 4) & 15}${zoneText(format)}`;
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** The text of an instant (ns) in a format of `describeFormat`; `offsetSeconds` is that of the naive clock at this instant. */
export function printTime(nanos: bigint, format: string, offsetSeconds = 0): string {
  const unit = units.indexOf(format);
  if (unit >= 0) {
    const divisor = 10n ** BigInt(9 - unit * 3);
    const fraction = pad(Number(nanos % divisor), 9 - unit * 3).replace(/0+$/, '');
    return `${nanos / divisor}${fraction === '' || unit === 3 ? '' : `.${fraction}`}`;
  }
  const parts = /^([-/])([T ])([.,]?)(\d)(.*)$/s.exec(format);
  if (parts === null) return '';
  const [, separator = '-', middle = 'T', mark = '', digits = '0', zone = ''] = parts;
  const offset = /([+-])(\d\d):?(\d\d)$/.exec(zone);
  const zoneSeconds =
    offset === null ? 0 : (Number(offset[2]) * 60 + Number(offset[3])) * (offset[1] === '-' ? -60 : 60);
  const local = nanos + BigInt(zoneSeconds + offsetSeconds) * 1_000_000_000n;
  const seconds = local >= 0n ? local / 1_000_000_000n : -((-local + 999_999_999n) / 1_000_000_000n);
  const fraction = pad(Number(local - seconds * 1_000_000_000n), 9).slice(0, Number(digits));
  const iso = new Date(Number(seconds) * 1000).toISOString();
  const date = iso.slice(0, 10).replaceAll('-', separator);
  return `${date}${middle}${iso.slice(11, 19)}${mark}${fraction}${zone}`;
}
