// Times as a person or a program writes them: RFC 3339, nanoseconds since 1970 as decimal digits, or relative to now ("now-1h30m").
import { err, ok, type Result } from '../base/result.ts';

const UNIT_NANOS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};
const DURATION = /^(?:\d{1,15}(?:\.\d{1,9})?(?:ns|us|ms|s|m|h|d|w))+$/;
const DURATION_PART = /(\d+)(?:\.(\d+))?(ns|us|ms|s|m|h|d|w)/g;
const RFC_3339 = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?(Z|[+-]\d{2}:\d{2})$/i;
/** Years 1677–2262: what signed 64-bit nanoseconds reach. */
const MAX_NANOS = 2n ** 63n - 1n;

/** Nanoseconds of "250ms", "1.5s", "1h30m", or of plain digits (nanoseconds). */
export function parseDuration(text: string): Result<bigint, string> {
  if (/^\d{1,19}$/.test(text)) return ok(BigInt(text));
  if (!DURATION.test(text)) return err(`expected a duration such as 250ms, 1.5s or 1h30m, got ${JSON.stringify(text)}`);
  let nanos = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(DURATION_PART)) {
    const scale = UNIT_NANOS[unit]!;
    nanos += BigInt(whole) * scale + (BigInt(fraction.padEnd(9, '0')) * scale) / 1_000_000_000n;
  }
  return ok(nanos);
}

/** Nanoseconds since 1970 of a time point; `now` is what "now" stands for. */
export function parseTimePoint(text: string, now: bigint): Result<bigint, string> {
  const expected = `expected RFC 3339 (2026-11-21T09:50:00Z), nanoseconds since 1970, or now-1h; got ${JSON.stringify(text)}`;
  if (/^-?\d{1,19}$/.test(text)) {
    const nanos = BigInt(text);
    return nanos > MAX_NANOS || nanos < -MAX_NANOS ? err(expected) : ok(nanos);
  }
  if (text === 'now') return ok(now);
  const relative = /^now([+-])(.+)$/.exec(text);
  if (relative !== null) {
    const distance = parseDuration(relative[2]!);
    if (!distance.ok || /^\d+$/.test(relative[2]!)) return err(expected);
    return ok(relative[1] === '-' ? now - distance.value : now + distance.value);
  }
  const date = RFC_3339.exec(text);
  if (date === null) return err(expected);
  const [, day = '', clock = '', fraction = '', zone = ''] = date;
  const millis = Date.parse(`${day}T${clock}${zone.toUpperCase()}`);
  if (Number.isNaN(millis)) return err(expected);
  const nanos = BigInt(millis) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
  return nanos > MAX_NANOS || nanos < -MAX_NANOS ? err(expected) : ok(nanos);
}
