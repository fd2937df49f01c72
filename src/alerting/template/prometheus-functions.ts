// The functions that Prometheus adds to templates.
import { RE2JS } from 're2js';
import { parseDuration } from '../../base/duration.ts';
import { escapeQuery } from './builtins.ts';
import type { TemplateFunction } from './execute.ts';
import {
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
  toNumber,
  toSeconds,
} from './humanize.ts';
import {
  isList,
  isSample,
  printValue,
  TemplateDuration,
  TemplateError,
  TemplateTime,
  type TemplateSample,
  type TemplateValue,
} from './value.ts';

/** What the world around a template gives it. */
export interface TemplateContext {
  readonly nowMs: number;
  readonly externalUrl: string;
  /** Evaluates an instant query at the template's time; its errors are the template's. */
  query(expression: string): Promise<readonly TemplateSample[]>;
}

const text = (value: TemplateValue): string => printValue(value);

function sampleOf(value: TemplateValue): TemplateSample {
  if (isSample(value)) return value;
  throw new TemplateError(`expected a sample, got ${printValue(value)}`);
}

function samplesOf(value: TemplateValue): readonly TemplateSample[] {
  if (isList(value)) return value.map(sampleOf);
  throw new TemplateError(`expected the result of a query, got ${printValue(value)}`);
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw new TemplateError(error instanceof Error ? error.message : String(error));
  }
}

/** Host and port, or the host alone. */
function splitHostPort(address: string): readonly [string, string | undefined] {
  const parts = /^(?:\[([^\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(address);
  return parts === null ? [address, undefined] : [parts[1] ?? parts[2] ?? '', parts[3]];
}

const isAddress = (host: string): boolean => /^\d+(?:\.\d+){3}$/.test(host) || host.includes(':');

function stripDomain(address: string): string {
  const [host, port] = splitHostPort(address);
  if (isAddress(host)) return address;
  const short = host.split('.')[0] ?? '';
  return port === undefined || port === '' ? short : `${short}:${port}`;
}

const link = (expression: string, tab: number): string => `/graph?g0.expr=${escapeQuery(expression)}&g0.tab=${tab}`;

function parseSigned(duration: string): number {
  const isNegative = duration.startsWith('-');
  const ms = parseDuration(isNegative ? duration.slice(1) : duration);
  if (typeof ms === 'string') throw new TemplateError(ms);
  return (isNegative ? -ms : ms) / 1000;
}

/** The names of all functions of `makePrometheusFunctions`, in whatever context. */
export const prometheusFunctionNames: readonly string[] = makePrometheusFunctions({
  nowMs: 0,
  externalUrl: '',
  query: () => Promise.resolve([]),
}).map(([name]) => name);

/** The functions in one context. */
export function makePrometheusFunctions(context: TemplateContext): readonly (readonly [string, TemplateFunction])[] {
  return [
    ['query', (expression) => context.query(text(expression))],
    [
      'first',
      (samples) => {
        const [first] = samplesOf(samples);
        if (first === undefined) throw new TemplateError('first() called on vector with no elements');
        return first;
      },
    ],
    ['label', (name, sample) => sampleOf(sample).Labels.get(text(name)) ?? ''],
    ['value', (sample) => sampleOf(sample).Value],
    ['strvalue', (sample) => sampleOf(sample).Labels.get('__value__') ?? ''],
    [
      'sortByLabel',
      (name, samples) => {
        const key = text(name);
        const valueOf = (sample: TemplateSample): string => sample.Labels.get(key) ?? '';
        return samplesOf(samples).toSorted((left, right) =>
          valueOf(left) === valueOf(right) ? 0 : valueOf(left) < valueOf(right) ? -1 : 1,
        );
      },
    ],
    ['args', (...values) => new Map(values.map((value, index) => [`arg${index}`, value]))],
    ['humanize', humanize],
    ['humanize1024', humanize1024],
    ['humanizeDuration', humanizeDuration],
    ['humanizePercentage', humanizePercentage],
    ['humanizeTimestamp', humanizeTimestamp],
    ['toTime', (value) => new TemplateTime(toSeconds(value))],
    ['toDuration', (value) => new TemplateDuration(toNumber(value))],
    ['now', () => context.nowMs / 1000],
    ['title', (value) => text(value).replaceAll(/(?<![\p{L}\p{N}'’])\p{Ll}/gu, (char) => char.toUpperCase())],
    ['toUpper', (value) => text(value).toUpperCase()],
    ['toLower', (value) => text(value).toLowerCase()],
    ['match', (pattern, value) => compile(text(pattern)).matcher(text(value)).find()],
    [
      'reReplaceAll',
      (pattern, replacement, value) =>
        compile(text(pattern))
          .matcher(text(value))
          .replaceAll(text(replacement).replaceAll(/\$\{?(\w+)\}?/g, '$$$1')),
    ],
    ['graphLink', (expression) => link(text(expression), 0)],
    ['tableLink', (expression) => link(text(expression), 1)],
    ['externalURL', () => context.externalUrl],
    [
      'pathPrefix',
      () => (URL.canParse(context.externalUrl) ? new URL(context.externalUrl).pathname.replace(/^\/$/, '') : ''),
    ],
    ['parseDuration', (value) => parseSigned(text(value))],
    ['stripPort', (value) => splitHostPort(text(value))[0]],
    ['stripDomain', (value) => stripDomain(text(value))],
    ['urlQueryEscape', (value) => escapeQuery(text(value))],
    ['safeHtml', text],
  ];
}
