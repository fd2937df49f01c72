// A value as a dashboard writes it: its unit, its decimals, and three significant figures where it does not say.
import { unitOf, type Scale } from './units.ts';

export interface ValueStyle {
  readonly unit?: string | undefined;
  readonly decimals?: number | undefined;
}

const MAX_DECIMALS = 15;

/** Three significant figures, without needless zeros. */
function roundAuto(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 1e-4) return value.toExponential(1);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : size >= 0.01 ? 4 : 5;
  return String(Number(value.toFixed(digits)));
}

const write = (value: number, decimals: number | undefined): string =>
  decimals === undefined ? roundAuto(value) : value.toFixed(Math.min(MAX_DECIMALS, Math.max(0, Math.floor(decimals))));

/** What a scaled unit's name is joined with: "1.5 MiB", "12 kHz"; words that bring their own space keep it. */
const join = (text: string, name: string): string =>
  name === '' ? text : /^[\s%]/.test(name) ? text + name : `${text} ${name}`;

function writeScaled(value: number, scale: Scale, start: number, suffix: string, decimals: number | undefined): string {
  let step = start;
  let scaled = value;
  // Rounded as it will be written: 1023.9 bytes are one KiB.
  const rounded = (): number => Math.abs(Number(write(scaled, decimals)));
  while (rounded() >= scale.base && step < scale.names.length - 1) {
    scaled /= scale.base;
    step++;
  }
  while (scaled !== 0 && Number(roundAuto(Math.abs(scaled))) < 1 && step > 0) {
    scaled *= scale.base;
    step--;
  }
  return join(write(scaled, decimals), `${scale.names[step] ?? ''}${suffix}`);
}

const durations: readonly (readonly [number, string])[] = [
  [31_536_000, 'y'],
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
  [1e-9, 'ns'],
];

function writeDuration(seconds: number, decimals: number | undefined): string {
  if (seconds === 0) return '0 s';
  // Rounded as it will be written: 59.999 s is one minute.
  const size = Number(Math.abs(seconds).toPrecision(3));
  const [width, name] = durations.find(([unit]) => size >= unit) ?? [1e-9, 'ns'];
  return `${write(seconds / width, decimals)} ${name}`;
}

function writeClock(seconds: number): string {
  const whole = Math.floor(Math.abs(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${seconds < 0 ? '-' : ''}${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

function writeTime(millis: number, style: 'iso' | 'local' | 'ago'): string {
  const date = new Date(millis);
  if (Number.isNaN(date.getTime())) return String(millis);
  if (style === 'ago') return writeDuration((Date.now() - millis) / 1000, undefined);
  if (style === 'iso') return date.toISOString().slice(0, 19).replace('T', ' ');
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `value` with its unit. NaN and the infinities are written as such. */
export function formatValue(value: number, style: ValueStyle = {}): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const { decimals } = style;
  const unit = unitOf(style.unit ?? 'short');
  switch (unit.kind) {
    case 'plain':
      return `${unit.prefix ?? ''}${write(value, decimals)}${unit.suffix}`;
    case 'factor':
      return `${write(value * unit.factor, decimals)}${unit.suffix}`;
    case 'scaled':
      return `${unit.prefix ?? ''}${writeScaled(value, unit.scale, unit.start, unit.suffix, decimals)}`;
    case 'duration':
      return writeDuration(value * unit.factor, decimals);
    case 'clock':
      return writeClock(value * unit.factor);
    case 'time':
      return writeTime(value, unit.style);
    case 'words':
      return value === 0 ? unit.no : unit.yes;
    case 'hex':
      return Math.trunc(value).toString(16).toUpperCase();
    case 'scientific':
      return value.toExponential(decimals ?? 2);
  }
}
