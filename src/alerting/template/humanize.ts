// Numbers for people, in the exact forms that Prometheus' templates give.
import { parseFloatText } from '../../base/float-text.ts';
import { formatSignificant } from './format.ts';
import { TemplateDuration, TemplateError, printTime, printValue, type TemplateValue } from './value.ts';

const DIGITS = 4;
const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
const BINARY = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];
const MAX_SECONDS = 2 ** 63 / 1e9;

/** A number, or a text that holds one. */
export function toNumber(value: TemplateValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof TemplateDuration) return value.seconds;
  const number = typeof value === 'string' ? parseFloatText(value) : undefined;
  if (number === undefined) throw new TemplateError(`can't convert ${printValue(value)} to float`);
  return number;
}

function scale(value: number, prefixes: readonly string[], factor: number, isDone: (value: number) => boolean): string {
  let scaled = value;
  let prefix = '';
  for (const next of prefixes) {
    if (isDone(scaled)) break;
    prefix = next;
    scaled *= factor;
  }
  return formatSignificant(scaled, DIGITS) + prefix;
}

const isPlain = (value: number): boolean => value === 0 || !Number.isFinite(value);
const scaleSmall = (value: number): string => scale(value, SMALL, 1000, (scaled) => Math.abs(scaled) >= 1);

export function humanize(given: TemplateValue): string {
  const value = toNumber(given);
  if (isPlain(value)) return formatSignificant(value, DIGITS);
  if (Math.abs(value) < 1) return scaleSmall(value);
  let scaled = value;
  let prefix = '';
  for (const next of LARGE) {
    if (Math.abs(scaled) < 1000) break;
    prefix = next;
    scaled /= 1000;
  }
  return formatSignificant(scaled, DIGITS) + prefix;
}

export function humanize1024(given: TemplateValue): string {
  const value = toNumber(given);
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return formatSignificant(value, DIGITS);
  return scale(value, BINARY, 1 / 1024, (scaled) => Math.abs(scaled) < 1024);
}

export function humanizeDuration(given: TemplateValue): string {
  const value = toNumber(given);
  if (!Number.isFinite(value)) return formatSignificant(value, DIGITS);
  if (value === 0) return '0s';
  if (Math.abs(value) < 1) return `${scaleSmall(value)}s`;
  const sign = value < 0 ? '-' : '';
  const absolute = Math.abs(value);
  const whole = Math.floor(absolute);
  const seconds = whole % 60;
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600) % 24;
  const days = Math.floor(whole / 86_400);
  if (days !== 0) return `${sign}${days}d ${hours}h ${minutes}m ${seconds}s`;
  if (hours !== 0) return `${sign}${hours}h ${minutes}m ${seconds}s`;
  if (minutes !== 0) return `${sign}${minutes}m ${seconds}s`;
  return `${sign}${formatSignificant(absolute, DIGITS)}s`;
}

export function humanizePercentage(given: TemplateValue): string {
  return `${formatSignificant(toNumber(given) * 100, DIGITS)}%`;
}

/** Seconds since the epoch that a time can hold. */
export function toSeconds(given: TemplateValue): number {
  const value = toNumber(given);
  if (Math.abs(value) > MAX_SECONDS)
    throw new TemplateError(
      `${printValue(value)} cannot be represented as a nanoseconds timestamp since it overflows int64`,
    );
  return value;
}

export function humanizeTimestamp(given: TemplateValue): string {
  const value = toNumber(given);
  return Number.isFinite(value) ? printTime(toSeconds(value)) : formatSignificant(value, DIGITS);
}
