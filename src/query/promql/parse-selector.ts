// Series selectors, and the lists of labels of grouping and matching clauses. A reserved word may be a name, and keeps its case.
import { METRIC_NAME } from '../../model/labels.ts';
import type { VectorSelector } from './ast.ts';
import { Matcher, type MatchOperator } from './matcher.ts';
import { unquoteString } from './string-literal.ts';
import type { TokenCursor } from './token-cursor.ts';

/** Words that are no metric name unless they stand in quotes. */
const neverMetric: ReadonlySet<string> = new Set(['bool', 'on', 'ignoring', 'group_left', 'group_right', 'atan2']);

/** Labels in parentheses, behind by, without, on, ignoring, group_left or group_right. */
export function parseLabelList(cursor: TokenCursor, text: string): string[] {
  const labels: string[] = [];
  cursor.expect('(', 'grouping opts', '"("');
  while (!cursor.isAt(')')) {
    const { token } = cursor;
    const isWord = ['identifier', 'metric identifier', 'aggregation', 'keyword', 'preprocessor'].includes(token.kind);
    const isName = isWord || (token.kind === 'operator' && /^[a-z]/.test(token.word));
    if (token.kind === 'string') labels.push(unquoteString(token.word));
    else if (isName && token.word !== 'without') labels.push(text.slice(token.start, token.end));
    else cursor.unexpected('grouping opts', 'label');
    if (labels.at(-1) === '') cursor.report('invalid label name for grouping: ""', token);
    cursor.take();
    if (!cursor.isAt(')') && !cursor.tryTake(',')) cursor.unexpected('grouping opts', '"," or ")"');
  }
  cursor.take();
  return labels;
}

function parseMatchers(cursor: TokenCursor, matchers: Matcher[]): void {
  cursor.take();
  while (!cursor.isAt('}')) {
    const name = cursor.token;
    if (name.kind !== 'identifier' && name.kind !== 'string') cursor.unexpected('label matching', 'identifier or "}"');
    cursor.take();
    const label = name.kind === 'string' ? unquoteString(name.word) : name.word;
    if (['=', '!=', '=~', '!~'].includes(cursor.token.word) && cursor.token.kind === 'operator') {
      const operator = cursor.take().word as MatchOperator;
      const value = cursor.take();
      if (value.kind !== 'string') cursor.unexpectedToken(value, 'label matching', 'string');
      const made = Matcher.make(label, operator, unquoteString(value.word));
      if (made.ok) matchers.push(made.value);
      else cursor.report(made.error, { start: name.start, end: value.end });
    } else if (name.kind === 'string') matchers.push(Matcher.equal(METRIC_NAME, label));
    else cursor.unexpected('label matching', 'label matching operator');
    if (!cursor.isAt('}') && !cursor.tryTake(',')) cursor.unexpected('label matching', '"," or "}"');
  }
  cursor.take();
}

/** A metric name, conditions in braces, or both. */
export function parseSelector(cursor: TokenCursor, text: string): VectorSelector {
  const { token } = cursor;
  const isPlainName = token.kind === 'identifier' || token.kind === 'metric identifier';
  const isReserved =
    (token.kind === 'aggregation' ||
      token.kind === 'keyword' ||
      token.kind === 'preprocessor' ||
      (token.kind === 'operator' && /^[a-z]/.test(token.word))) &&
    !neverMetric.has(token.word);
  let name = '';
  let { end } = token;
  if (isPlainName || isReserved) {
    name = text.slice(token.start, token.end);
    cursor.take();
  } else if (token.word !== '{' || token.kind !== 'punctuation') cursor.unexpected();
  const matchers: Matcher[] = [];
  if (cursor.isAt('{')) {
    parseMatchers(cursor, matchers);
    end = cursor.lastClosing;
  }
  if (name !== '') matchers.push(Matcher.equal(METRIC_NAME, name));
  return {
    kind: 'vector',
    name,
    matchers,
    anchored: false,
    smoothed: false,
    mayBeEmpty: false,
    offsetMs: 0,
    offsetExpression: undefined,
    atMs: undefined,
    atPreprocessor: undefined,
    range: { start: token.start, end },
  };
}
