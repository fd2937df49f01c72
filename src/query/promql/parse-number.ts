// Number literals: decimal, hexadecimal, octal and binary integers, floats, Inf and NaN, underscores between digits.
import type { NumberLiteral } from './ast.ts';
import { parseDuration } from '../../base/duration.ts';
import type { TokenCursor } from './token-cursor.ts';

/** The value of a number token. */
export function readNumber(word: string): number | undefined {
  const text = word.toLowerCase();
  if (text === 'inf') return Infinity;
  if (text === 'nan') return NaN;
  if (!/^(?:0[xob]_?)?[0-9a-f.+-]+(?:_[0-9a-f.+-]+)*$/.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  if (/^0[xob]/.test(plain) || !/^0[0-7]+$/.test(plain)) {
    const value = Number(plain);
    return Number.isNaN(value) ? undefined : value;
  }
  return Number.parseInt(plain, 8);
}

/** Takes a number or a duration, whose value is in seconds. */
export function takeNumber(cursor: TokenCursor): NumberLiteral {
  const token = cursor.take();
  const range = { start: token.start, end: token.end };
  if (token.kind === 'duration') {
    const ms = parseDuration(token.word);
    if (typeof ms === 'string') cursor.report(ms, range);
    return { kind: 'number', value: typeof ms === 'string' ? 0 : ms / 1000, isDuration: true, range };
  }
  const value = readNumber(token.word);
  if (value === undefined) cursor.report(`error parsing number: ${JSON.stringify(token.word)}`, range);
  return { kind: 'number', value: value ?? 0, isDuration: false, range };
}
