// How a log record's first line begins, as far as the joiner of lines needs to know; the whole prefix is read by text-prefix.ts.
import { severityOfWord } from '../../model/severity.ts';
import { readText } from './json-values.ts';
import { TimeReader } from './time-text.ts';

const time = new TimeReader();
const MAX_LEVEL = 12;
const MAX_PAIRS = 1000;
const ACCESS = /^\S+ \S+ \S+ \[\d\d\/[A-Z][a-z]{2}\/\d{4}[: ]/;
const DATE_IN_BRACKETS = /^\[(?:\d\d\/[A-Z][a-z]{2}\/\d{4}[: ]|pid: \d+\|)/;
const LOGFMT = /^(?:time|ts|timestamp|level|lvl|at|event)=/;
/** structlog writes the fields of the call before its own. */
const LOGFMT_LATER = /^[A-Za-z_][\w.]*=.* (?:time|ts|timestamp|level|lvl|event|msg)=/;
const PAIR_HEAD = /^[A-Za-z_][\w.]*=/;
const SYSLOG = /^(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d /;
/** `[warning  ]`: structlog's console without times. */
const LEVEL_IN_BRACKETS = /^\[([A-Za-z]{3,11}) *\](?: |$)/;
const CLOCK = /^\[?\d\d:\d\d:\d\d[.,\s\]|]/;

const isUpper = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;

/** Whether the text line `bytes[start, end)` begins a record of its own: with a time, a level, an address, a syslog header. */
export function startsRecord(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  // Colours: ESC [ … m
  while (bytes[at] === 0x1b && at < end) {
    while (at < end && bytes[at] !== 0x6d) at++;
    at++;
  }
  const bracket = bytes[at] === 0x5b;
  if (bracket) at++;
  if (at >= end) return false;
  if (time.readText(bytes, at, end)) return true;
  const first = bytes[at]!;
  if (isUpper(first) && startsWithLevel(bytes, at, end)) return true;
  const head = readText(bytes, bracket ? at - 1 : at, Math.min(end, at + 120));
  if (bracket)
    return (
      DATE_IN_BRACKETS.test(head) || CLOCK.test(head) || severityOfWord(LEVEL_IN_BRACKETS.exec(head)?.[1] ?? '') > 0
    );
  if (PAIR_HEAD.test(head) && LOGFMT_LATER.test(readText(bytes, at, Math.min(end, at + MAX_PAIRS)))) return true;
  return LOGFMT.test(head) || ACCESS.test(head) || SYSLOG.test(head) || CLOCK.test(head);
}

/** A level in capitals, ended by a colon, a bracket, a bar or a blank: `INFO:`, `WARNING `, `ERROR]`. */
function startsWithLevel(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && at - start <= MAX_LEVEL && isUpper(bytes[at]!)) at++;
  const size = at - start;
  if (size < 4 || size > MAX_LEVEL || at >= end) return false;
  const behind = bytes[at]!;
  if (behind !== 0x3a && behind !== 0x5d && behind !== 0x7c && behind !== 0x20) return false;
  return severityOfWord(readText(bytes, start, at)) > 0;
}
