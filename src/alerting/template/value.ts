// Values of the template language: Go's, as far as alert templates see them. Whole numbers are bigint, floats number.
import { formatFloatShortest } from '../../base/float-text.ts';

/** A sample of a query's result. */
export interface TemplateSample {
  readonly Labels: ReadonlyMap<string, string>;
  readonly Value: number;
}

/** A moment or a length of time, which print as Go prints them. */
export class TemplateTime {
  readonly seconds: number;
  constructor(seconds: number) {
    this.seconds = seconds;
  }
}
export class TemplateDuration {
  readonly seconds: number;
  constructor(seconds: number) {
    this.seconds = seconds;
  }
}

/** What has these fields and no others; a map has any. `type` is how Go names it. */
export class TemplateStruct extends Map<string, TemplateValue> {
  readonly type: string;
  constructor(type: string, fields: Iterable<readonly [string, TemplateValue]>) {
    super(fields);
    this.type = type;
  }
}

export type TemplateValue =
  | undefined
  | boolean
  | string
  | number
  | bigint
  | TemplateTime
  | TemplateDuration
  | TemplateSample
  | ReadonlyMap<string, TemplateValue>
  | readonly TemplateValue[];

/** Why a template cannot be expanded. */
export class TemplateError extends Error {}

export const isList = (value: TemplateValue): value is readonly TemplateValue[] => Array.isArray(value);
export const isMap = (value: TemplateValue): value is ReadonlyMap<string, TemplateValue> => value instanceof Map;
export const isSample = (value: TemplateValue): value is TemplateSample =>
  typeof value === 'object' && !isList(value) && !isMap(value) && 'Labels' in value;

const typeNames: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'float64',
  bigint: 'int',
  boolean: 'bool',
};

/** What Go calls a value that has no fields. */
export function describeFieldless(value: TemplateValue): string {
  if (value === undefined) return 'nil';
  const name = typeNames[typeof value];
  return name === undefined ? printValue(value) : `type ${name}`;
}

/** What `if` and `with` take for true: anything but zero, nothing and the empty. */
export function isTrue(value: TemplateValue): boolean {
  if (value === undefined) return false;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' || isList(value)) return value.length > 0;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'bigint') return value !== 0n;
  return isMap(value) ? value.size > 0 : true;
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** `2015-06-23 13:19:44.128 +0000 UTC` */
export function printTime(seconds: number): string {
  const ms = Math.floor(seconds * 1000);
  const date = new Date(ms);
  const fraction = pad(((ms % 1000) + 1000) % 1000, 3).replace(/0+$/, '');
  const day = `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
  const time = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
  return `${day} ${time}${fraction === '' ? '' : `.${fraction}`} +0000 UTC`;
}

/** `1h2m3.5s`, as Go's durations print. */
export function printGoDuration(seconds: number): string {
  const absolute = Math.abs(seconds);
  const sign = seconds < 0 ? '-' : '';
  if (absolute === 0) return '0s';
  if (absolute < 1) {
    for (const [unit, scale] of [
      ['ms', 1e3],
      ['µs', 1e6],
      ['ns', 1e9],
    ] as const)
      if (absolute * scale >= 1) return `${sign}${Number((absolute * scale).toFixed(6))}${unit}`;
    return '0s';
  }
  const hours = Math.floor(absolute / 3600);
  const minutes = Math.floor((absolute % 3600) / 60);
  const rest = `${Number((absolute % 60).toFixed(9))}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${sign}${minutes}m${rest}` : sign + rest;
}

/** The value as `{{ . }}` writes it. */
export function printValue(value: TemplateValue): string {
  if (value === undefined) return '<no value>';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return formatFloatShortest(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof TemplateTime) return printTime(value.seconds);
  if (value instanceof TemplateDuration) return printGoDuration(value.seconds);
  if (isList(value)) return `[${value.map(printValue).join(' ')}]`;
  if (isMap(value)) {
    const pairs = [...value].toSorted(([left], [right]) => (left < right ? -1 : 1));
    return `map[${pairs.map(([key, one]) => `${key}:${printValue(one)}`).join(' ')}]`;
  }
  return `{${printValue(value.Labels)} ${printValue(value.Value)}}`;
}
