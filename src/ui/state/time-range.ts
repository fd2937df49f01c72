// The time range as it stands in the address: relative ("now-1h" … "now") stays relative, absolute is milliseconds since 1970.
// Resolving needs the "now" that all queries of a page share.

export interface TimeExpression {
  readonly from: string;
  readonly to: string;
}

export interface ResolvedRange {
  readonly fromMillis: number;
  readonly toMillis: number;
}

const UNITS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7, w: 6.048e8 };

export const DEFAULT_RANGE: TimeExpression = { from: 'now-1h', to: 'now' };

/** Widths offered by the picker, as the text behind "now-". */
export const relativeWidths = ['5m', '15m', '30m', '1h', '3h', '6h', '12h', '24h', '2d', '7d', '30d'] as const;

/** Milliseconds of "now", "now-90m" or "1763718000000"; undefined for anything else. */
export function parseMoment(text: string, now: number): number | undefined {
  if (text === 'now') return now;
  const relative = /^now-(\d{1,6})([smhdw])$/.exec(text);
  if (relative !== null) return now - Number(relative[1]) * (UNITS[relative[2] ?? ''] ?? 0);
  return /^\d{1,14}$/.test(text) ? Number(text) : undefined;
}

/** What stands in the address, if it can be read and has a width, else the default. */
export function readRange(from: unknown, to: unknown): TimeExpression {
  const range = {
    from: typeof from === 'string' ? from : DEFAULT_RANGE.from,
    to: typeof to === 'string' ? to : DEFAULT_RANGE.to,
  };
  const [start, end] = [parseMoment(range.from, 1e12), parseMoment(range.to, 1e12)];
  if (start === undefined || end === undefined) return DEFAULT_RANGE;
  const isMixed = range.from.startsWith('now') !== range.to.startsWith('now');
  return isMixed || start < end ? range : DEFAULT_RANGE;
}

export function isRelative(range: TimeExpression): boolean {
  return range.from.startsWith('now') || range.to.startsWith('now');
}

export function resolveRange(range: TimeExpression, now: number): ResolvedRange {
  const fromMillis = parseMoment(range.from, now) ?? now - 3.6e6;
  const toMillis = parseMoment(range.to, now) ?? now;
  return fromMillis < toMillis ? { fromMillis, toMillis } : { fromMillis: toMillis - 6e4, toMillis };
}

/** An absolute range of at least a millisecond. */
export function absoluteRange(fromMillis: number, toMillis: number): TimeExpression {
  const from = Math.floor(fromMillis);
  return { from: String(from), to: String(Math.max(Math.ceil(toMillis), from + 1)) };
}

/** Reads what a person types: "2026-11-21 09:05", "09:05:10" (today), "now-2h", milliseconds, or seconds since 1970. */
export function parseTyped(text: string, now: number): string | undefined {
  const trimmed = text.trim();
  if (/^now(-\d{1,6}[smhdw])?$/.test(trimmed)) return trimmed;
  if (/^\d{10}$/.test(trimmed)) return String(Number(trimmed) * 1000);
  if (/^\d{13}$/.test(trimmed)) return trimmed;
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(trimmed);
  if (clock !== null) {
    const day = new Date(now);
    return String(day.setHours(Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0), 0));
  }
  if (!/^\d{4}-\d{2}-\d{2}/.test(trimmed)) return undefined;
  const isDayOnly = trimmed.length === 10;
  const millis = new Date(isDayOnly ? `${trimmed}T00:00` : trimmed.replace(' ', 'T')).getTime();
  return Number.isNaN(millis) ? undefined : String(millis);
}

/** A bucket width that gives about `count` buckets, from a list of round widths. */
export function chooseBucket(range: ResolvedRange, count: number): number {
  const widths = [
    1, 5, 10, 50, 100, 500, 1e3, 2e3, 5e3, 1e4, 1.5e4, 3e4, 6e4, 1.2e5, 3e5, 6e5, 9e5, 1.8e6, 3.6e6, 7.2e6, 1.08e7,
    2.16e7, 4.32e7, 8.64e7,
  ];
  const wanted = (range.toMillis - range.fromMillis) / count;
  return widths.find((width) => width >= wanted) ?? 6.048e8;
}
