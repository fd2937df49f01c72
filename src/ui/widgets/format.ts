// Numbers, durations, sizes and times as text, in figures that keep their width.

const SI = ['', ' k', ' M', ' G', ' T'];

/** 1234 → "1 234"; a thin space groups thousands in every language. */
export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, '\u2009');
}

/** Three significant figures with an SI prefix: 1 234 567 → "1.23 M". */
export function formatShort(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.001) return value.toExponential(1);
  let step = 0;
  let scaled = value;
  while (Math.abs(scaled) >= 999.5 && step < SI.length - 1) {
    scaled /= 1000;
    step++;
  }
  const digits = Math.abs(scaled) >= 100 ? 0 : Math.abs(scaled) >= 10 ? 1 : Math.abs(scaled) >= 1 ? 2 : 3;
  return `${Number(scaled.toFixed(digits))}${SI[step]}`;
}

/** A part of a whole: "0 %", "< 0.1 %", "2.5 %". */
export function formatShare(part: number, whole: number): string {
  if (part <= 0 || whole <= 0) return '0 %';
  const share = (100 * part) / whole;
  if (share < 0.1) return '< 0.1 %';
  return `${share >= 10 ? Math.round(share) : Number(share.toFixed(1))} %`;
}

/** Bytes with a binary prefix: 1 536 → "1.5 KiB". */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let step = 0;
  let scaled = bytes;
  while (scaled >= 1024 && step < units.length - 1) {
    scaled /= 1024;
    step++;
  }
  return `${step === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${units[step]}`;
}

/** Nanoseconds as the unit that keeps three figures: 1 234 567 → "1.23 ms". */
export function formatDuration(nanos: number): string {
  const units: readonly (readonly [number, string])[] = [
    [3.6e12, 'h'],
    [6e10, 'min'],
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
  ];
  for (const [size, unit] of units) {
    if (nanos < size) continue;
    const value = nanos / size;
    return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ${unit}`;
  }
  return `${Math.round(nanos)} ns`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Local clock time with milliseconds: 09:05:01.250. */
export function formatClock(millis: number): string {
  const date = new Date(millis);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Local day: 2026-11-21. */
export function formatDay(millis: number): string {
  const date = new Date(millis);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Local day and clock time to the second. */
export function formatMoment(millis: number): string {
  return `${formatDay(millis)} ${formatClock(millis).slice(0, 8)}`;
}

/** Full precision from nanoseconds: 2026-11-21 09:05:01.250123456, local. */
export function formatNanos(nanos: bigint): string {
  const millis = Number(nanos / 1_000_000n);
  const rest = String(nanos % 1_000_000_000n).padStart(9, '0');
  return `${formatDay(millis)} ${formatClock(millis).slice(0, 8)}.${rest}`;
}

/** The tick label that fits a step of `stepMillis`: days, minutes or seconds. */
export function formatTick(millis: number, stepMillis: number): string {
  if (stepMillis >= 86_400_000) return formatDay(millis).slice(5);
  if (stepMillis >= 60_000) return formatClock(millis).slice(0, 5);
  return formatClock(millis).slice(0, 8);
}

/** The zone that times are shown in: "UTC+08:00". */
export function formatZone(): string {
  const minutes = -new Date().getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
