// Parameters of the Prometheus HTTP API as Prometheus 3.15 reads them (web/api/v1/api.go), with its words for what is wrong.
import { parseDuration } from '../../base/duration.ts';
import { parseFloatText } from '../../base/float-text.ts';
import { showSyntaxError } from '../../query/promql/position.ts';
import type { Matcher } from '../../query/promql/matcher.ts';
import type { LanguageOptions } from '../../query/promql/options.ts';
import { parseSeriesSelector } from '../../query/promql/parse.ts';
import { ApiError, failParameter } from './api-error.ts';

/** The bounds of times that Prometheus knows, and what it takes for a missing start and end (Unix ms). */
const MIN_TIME = { text: '-292273086-05-16T16:47:06Z', ms: -9_223_309_901_257_974 };
const MAX_TIME = { text: '292277025-08-18T07:12:54.999999999Z', ms: 9_223_309_901_257_974 };
const MAX_MILLIS = 2 ** 63 / 1000;
const MAX_SECONDS = 2 ** 63 / 1e9;
const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/;

/** Times in Unix ms, both included. */
export interface MillisRange {
  readonly fromMs: number;
  readonly toMs: number;
}

function parseRfc3339(text: string): number | undefined {
  const parts = RFC3339.exec(text);
  if (parts === null) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '', zone = ''] = parts;
  const ms = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}${zone}`,
  );
  // A day that the month does not have would become one of the next month.
  const isDay = Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number.isNaN(ms) || !isDay ? undefined : ms;
}

/** Unix ms of seconds or RFC 3339; the reason when it is neither. */
export function parseTime(text: string): number | string {
  const problem = `cannot parse ${JSON.stringify(text)} to a valid timestamp`;
  const seconds = parseFloatText(text);
  if (seconds !== undefined) {
    const whole = Math.trunc(seconds);
    const ms = whole * 1000 + Math.round((seconds - whole) * 1000);
    return Math.abs(ms) <= MAX_MILLIS ? ms : problem;
  }
  for (const bound of [MIN_TIME, MAX_TIME]) if (bound.text === text) return bound.ms;
  return parseRfc3339(text) ?? problem;
}

/** Milliseconds of seconds or a duration; the reason when it is neither. */
function parseStep(text: string): number | string {
  const seconds = parseFloatText(text);
  if (seconds !== undefined && !Number.isNaN(seconds)) {
    if (Math.abs(seconds) > MAX_SECONDS)
      return `cannot parse ${JSON.stringify(text)} to a valid duration. It overflows int64`;
    return seconds * 1000;
  }
  const ms = parseDuration(text);
  return typeof ms === 'string' ? `cannot parse ${JSON.stringify(text)} to a valid duration` : ms;
}

/** The duration `name` in ms; undefined when it is not given. */
export function readDuration(form: URLSearchParams, name: string): number | undefined {
  const text = form.get(name) ?? '';
  if (text === '') return undefined;
  const ms = parseStep(text);
  return typeof ms === 'string' ? failParameter(name, ms) : ms;
}

/** Like `readDuration`, and it has to be given. */
export function readNeededDuration(form: URLSearchParams, name: string): number {
  const ms = parseStep(form.get(name) ?? '');
  return typeof ms === 'string' ? failParameter(name, ms) : ms;
}

/** The time `name`, which has to be given. */
export function readTime(form: URLSearchParams, name: string): number {
  const ms = parseTime(form.get(name) ?? '');
  return typeof ms === 'string' ? failParameter(name, ms) : ms;
}

/** The time `name`, or `fallback` when it is not given. */
export function readOptionalTime(form: URLSearchParams, name: string, fallback: number): number {
  const text = form.get(name) ?? '';
  if (text === '') return fallback;
  const ms = parseTime(text);
  return typeof ms === 'string' ? failParameter(name, `invalid time value for '${name}': ${ms}`) : ms;
}

/** `start` and `end`; each may be missing. */
export function readOptionalRange(form: URLSearchParams): MillisRange {
  return {
    fromMs: readOptionalTime(form, 'start', MIN_TIME.ms),
    toMs: readOptionalTime(form, 'end', MAX_TIME.ms),
  };
}

/** `limit`; 0 is none. */
export function readLimit(form: URLSearchParams): number {
  const text = form.get('limit') ?? '';
  if (text === '') return 0;
  if (!/^[+-]?\d+$/.test(text)) failParameter('limit', `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  const limit = Number(text);
  if (!Number.isSafeInteger(limit))
    failParameter('limit', `strconv.Atoi: parsing ${JSON.stringify(text)}: value out of range`);
  return limit < 0 ? failParameter('limit', 'limit must be non-negative') : limit;
}

/** A count that is called `name`; undefined when it is not given. */
export function readCount(form: URLSearchParams, name: string): number | undefined {
  const text = form.get(name) ?? '';
  if (text === '') return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw new ApiError('bad_data', `${name} must be a number`);
  return Number(text);
}

/** All of `match[]`. A selector that every series fits is refused. */
export function readMatcherSets(form: URLSearchParams, language: LanguageOptions): (readonly Matcher[])[] {
  return form.getAll('match[]').map((text) => {
    const parsed = parseSeriesSelector(text, language);
    if (!parsed.ok) throw new ApiError('bad_data', showSyntaxError(text, parsed.error));
    if (parsed.value.every((matcher) => matcher.matches('')))
      throw new ApiError('bad_data', 'match[] must contain at least one non-empty matcher');
    return parsed.value;
  });
}

/** The first `limit` of `list`, and the warning that there were more; a limit of 0 is none. */
export function truncate<T>(list: readonly T[], limit: number): { list: readonly T[]; warnings: readonly string[] } {
  if (limit === 0 || list.length <= limit) return { list, warnings: [] };
  return { list: list.slice(0, limit), warnings: ['results truncated due to limit'] };
}
