// Values as literals of the engine's SQL. Nothing from outside reaches a statement but through here. Where there is a plain literal it is
// taken: a function of constants is resolved and worked out again for every statement, and a small one takes as long as reading a column.
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const MILLION = 1_000_000n;
const BILLION = 1_000_000_000n;
/** Year 2200: texts of later times come close to what the type can hold. */
const TEXT_NANOS = 7_258_118_400n * BILLION;
const DAY = 86_400_000_000_000n;
const DAY_MILLIS = 86_400_000;
const LAST_DAY = 65_535n;

/** Any text, any bytes; control characters, quotes and backslashes as \xHH. */
export function printText(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return `'${text.replaceAll(/['\\\u0000-\u001f\u007f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)}'`;
}

/** A number; the ones that are none too. */
export function printNumber(value: number | bigint): string {
  if (typeof value === 'bigint' || Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

/** Nanoseconds since 1970, to be compared with a column of type DateTime64(9, 'UTC'); beyond its range the nearest there is. */
export function printNanos(nanos: bigint): string {
  if (nanos >= 0n && nanos < TEXT_NANOS) {
    const seconds = new Date(Number(nanos / MILLION)).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
    return `'${seconds.replace('T', ' ')}.${String(nanos % BILLION).padStart(9, '0')}'`;
  }
  const clamped = nanos < INT64_MIN ? INT64_MIN : nanos > INT64_MAX ? INT64_MAX : nanos;
  return `fromUnixTimestamp64Nano(toInt64(${clamped}), 'UTC')`;
}

export function printMillis(millis: number): string {
  return `fromUnixTimestamp64Milli(toInt64(${BigInt(Math.trunc(millis))}), 'UTC')`;
}

function printDay(day: bigint): string {
  const clamped = day < 0n ? 0n : day > LAST_DAY ? LAST_DAY : day;
  return `'${new Date(Number(clamped) * DAY_MILLIS).toISOString().slice(0, 'yyyy-mm-dd'.length)}'`;
}

/** `day` lies on one of the days that [from, to) touches. */
export function printDays(from: bigint, to: bigint): string {
  return `day >= ${printDay(from / DAY)} AND day <= ${printDay((to > from ? to - 1n : to) / DAY)}`;
}

/** An id of `bytes` bytes given as hex, to be compared with a FixedString; '' is the absent one. Undefined when the text cannot be such an id. */
export function printId(hex: string, bytes: number): string | undefined {
  if (hex === '') return `toFixedString('', ${bytes})`;
  if (!/^[0-9a-f]+$/i.test(hex) || hex.length > bytes * 2) return undefined;
  return `'${hex.padStart(bytes * 2, '0').replaceAll(/../g, String.raw`\x$&`)}'`;
}

/** A fingerprint, signed or not. */
export function printFingerprint(value: bigint): string {
  return String(BigInt.asUintN(64, value));
}

/** The last 8 bytes of a trace id as the number that the trace ranges know it by. */
export function printTraceKey(hex: string): string {
  if (!/^[0-9a-f]{1,32}$/i.test(hex)) return printFingerprint(0n);
  const bytes = Buffer.from(hex.padStart(32, '0').slice(16), 'hex');
  return printFingerprint(bytes.readBigUInt64LE());
}
