// `metric{label="value"} 1 2+3x4 _ stale`: a series with its values, one a step, as scripts and rule unit tests write them.
import { err, ok, type Result } from '../../../base/result.ts';
import { parseFloatText } from '../../../base/float-text.ts';
import { Labels, METRIC_NAME } from '../../../model/labels.ts';
import { parseDuration } from '../../../base/duration.ts';
import { lexQuery } from '../lexer.ts';
import { unquoteString } from '../string-literal.ts';

/** One value of a sequence. Native histograms are recognised, not computed. */
export type SequenceValue =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'omitted' }
  | { readonly kind: 'stale' }
  | { readonly kind: 'histogram' };

export interface SeriesDescription {
  readonly labels: Labels;
  readonly values: readonly SequenceValue[];
}

const MAX_REPEATS = 10_000_000;
const OMITTED: SequenceValue = { kind: 'omitted' };
const NUMBER = String.raw`(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[iI][nN][fF]|[nN][aA][nN]`;
const item = new RegExp(`^([+-]?)(${NUMBER})(?:([+-])(${NUMBER}))?(?:x(\\d+))?$`);
const durationItem = /^([+-]?)((?:\d+[a-z]+)+)(?:x(\d+))?$/;

/** Where the values begin: behind the labels, whose brace stands directly behind the name, or else behind the name. */
function splitMetric(text: string): number {
  const start = /^[^\s{]*/.exec(text)?.[0].length ?? 0;
  if (text[start] !== '{') return start;
  const close = lexQuery(text.slice(start)).find(({ word, kind }) => word === '}' && kind === 'punctuation');
  return close === undefined ? text.length : start + close.end;
}

/** Reads `name{label="value"}`, or `{"name",label="value"}`. */
export function parseMetric(text: string): Result<Labels, string> {
  const pairs: [string, string][] = [];
  const brace = text.indexOf('{');
  const name = (brace === -1 ? text : text.slice(0, brace)).trim();
  if (name !== '') {
    if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) return err(`not a metric name: ${JSON.stringify(name)}`);
    pairs.push([METRIC_NAME, name]);
  }
  if (brace === -1) return ok(Labels.of(pairs));
  const tokens = lexQuery(text.slice(brace));
  let at = 1;
  while (tokens[at]?.word !== '}') {
    const label = tokens[at];
    if (label === undefined || (label.kind !== 'identifier' && label.kind !== 'string'))
      return err('unexpected token in label set, expected identifier or "}"');
    const key = label.kind === 'string' ? unquoteString(label.word) : label.word;
    at++;
    if (tokens[at]?.word === '=') {
      const value = tokens[at + 1];
      if (value?.kind !== 'string') return err('unexpected token in label set, expected string');
      pairs.push([key, unquoteString(value.word)]);
      at += 2;
    } else if (label.kind === 'string') pairs.push([METRIC_NAME, key]);
    else return err('unexpected token in label set, expected "="');
    if (tokens[at]?.word === ',') at++;
    else if (tokens[at]?.word !== '}') return err('unexpected token in label set, expected "," or "}"');
  }
  return ok(Labels.of(pairs));
}

const repeat = <T>(value: T, count: number): T[] => Array.from({ length: Math.min(count, MAX_REPEATS) }, () => value);

function parseItem(text: string): SequenceValue[] | string {
  const gap = /^_(?:x(\d+))?$/.exec(text);
  if (gap !== null) {
    const count = gap[1] === undefined ? 1 : Number(gap[1]);
    return count > MAX_REPEATS ? 'too many repetitions' : repeat(OMITTED, count);
  }
  if (text === 'stale') return [{ kind: 'stale' }];
  if (text.startsWith('{{')) {
    const repeats = /x(\d+)$/.exec(text)?.[1];
    const count = repeats === undefined ? 1 : Number(repeats) + 1;
    return count > MAX_REPEATS ? 'too many repetitions' : repeat({ kind: 'histogram' }, count);
  }
  return parseNumbers(text);
}

function parseNumbers(text: string): SequenceValue[] | string {
  const parts = item.exec(text);
  if (parts === null) {
    const duration = durationItem.exec(text);
    const ms = duration === null ? 'no number' : parseDuration(duration[2] ?? '');
    if (duration === null || typeof ms === 'string') return `unexpected ${JSON.stringify(text)} in series values`;
    const value = (duration[1] === '-' ? -ms : ms) / 1000;
    return repeat({ kind: 'number', value }, duration[3] === undefined ? 1 : Number(duration[3]) + 1);
  }
  const [, sign = '', base = '', deltaSign, delta, repeats] = parts;
  if (delta !== undefined && repeats === undefined) return `unexpected ${JSON.stringify(text)} in series values`;
  const number = (digits: string): number => parseFloatText(digits.replaceAll('_', '')) ?? NaN;
  let value = sign === '-' ? -number(base) : number(base);
  const step = delta === undefined ? 0 : number(delta) * (deltaSign === '-' ? -1 : 1);
  const count = repeats === undefined ? 1 : Number(repeats) + 1;
  if (count > MAX_REPEATS) return 'too many repetitions';
  const values: SequenceValue[] = [];
  for (let i = 0; i < count; i++) {
    values.push({ kind: 'number', value });
    if (delta !== undefined) value += step;
  }
  return values;
}

/** Reads a series with its values. */
export function parseSeriesDescription(text: string): Result<SeriesDescription, string> {
  const at = splitMetric(text);
  const labels = parseMetric(text.slice(0, at));
  if (!labels.ok) return labels;
  const values: SequenceValue[] = [];
  for (const [word] of text.slice(at).matchAll(/(?:\{\{.*?\}\}[+-]?)+\S*|\S+/g)) {
    const parsed = parseItem(word);
    if (typeof parsed === 'string') return err(parsed);
    values.push(...parsed);
  }
  return ok({ labels: labels.value, values });
}

/** Reads the offsets of an `@st` line, in milliseconds from each sample; `undefined` where there is none. */
export function parseStartOffsets(text: string): Result<(number | undefined)[], string> {
  const offsets: (number | undefined)[] = [];
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    const gap = /^_(?:x(\d+))?$/.exec(word);
    if (gap !== null) {
      offsets.push(...repeat(undefined, gap[1] === undefined ? 1 : Number(gap[1])));
      continue;
    }
    const parts = /^([+-]?)(\d+[a-w]*)(?:([+-])(\d+[a-w]*))?(?:x(\d+))?$/.exec(word);
    const base = parseDuration(parts?.[2] ?? '');
    const delta = parts?.[4] === undefined ? 0 : parseDuration(parts[4]);
    if (
      parts === null ||
      typeof base === 'string' ||
      typeof delta === 'string' ||
      (parts[4] !== undefined && parts[5] === undefined)
    )
      return err(`invalid start time ${JSON.stringify(word)}`);
    const count = parts[5] === undefined ? 1 : Number(parts[5]) + 1;
    for (let i = 0; i < count; i++) {
      const moved = parts[3] === '-' ? -delta * i : delta * i;
      offsets.push((parts[1] === '-' ? -base : base) + moved);
    }
  }
  return ok(offsets);
}
