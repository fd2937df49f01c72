// Durations behind `[`, `:` and `offset`: a number of seconds, or arithmetic over such with step(), range(), min_of and max_of.
import type { DurationExpression, DurationNode } from './ast.ts';
import type { LanguageOptions } from './options.ts';
import type { Range } from './position.ts';
import { takeNumber } from './parse-number.ts';
import type { TokenCursor } from './token-cursor.ts';

const MAX_SECONDS = 2 ** 63 / 1e9;
const precedence: Readonly<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 3 };
const UNARY_PRECEDENCE = 2;
const OPERANDS = 'number, duration, step(), or range()';

const isZero = (node: DurationNode): boolean => node.kind === 'number' && node.value === 0;

/** Parses durations; one for each query. */
export class DurationParser {
  readonly #cursor: TokenCursor;
  readonly #options: LanguageOptions;
  /** Where the duration stands and what may stand there, for errors. */
  #place: readonly [string, string] = ['', ''];

  constructor(cursor: TokenCursor, options: LanguageOptions) {
    this.#cursor = cursor;
    this.#options = options;
  }

  /** Inside brackets: everything up to what cannot go on. A plain number must be positive. */
  parsePositive(): DurationNode {
    this.#place = ['subquery or range selector', OPERANDS];
    const node = this.#parse(0);
    if (node.kind === 'number' && node.value <= 0) this.#cursor.report('duration must be greater than 0', node.range);
    return node;
  }

  /** Behind `offset`: one operand, so that `a offset 1m + b` adds b; only parentheses may hold more. */
  parseOffset(): DurationNode {
    this.#place = ['offset', OPERANDS];
    const cursor = this.#cursor;
    const { token } = cursor;
    if (token.word === '(') return this.#parse(0);
    if (token.word === '+' || token.word === '-') {
      cursor.take();
      const { word } = cursor.token;
      const operand = word === '(' ? this.#parentheses() : this.#operand();
      return this.#applySign(token.word, operand, token);
    }
    return this.#operand();
  }

  #parse(minimum: number): DurationNode {
    const cursor = this.#cursor;
    let left = this.#unary();
    for (;;) {
      const { token } = cursor;
      const strength = token.kind === 'operator' ? precedence[token.word] : undefined;
      if (strength === undefined || strength < minimum) return left;
      cursor.take();
      // "^" groups from the right.
      const right = this.#parse(token.word === '^' ? strength : strength + 1);
      this.#needFlag(left.range);
      if ((token.word === '/' || token.word === '%') && isZero(right)) {
        cursor.report(token.word === '/' ? 'division by zero' : 'modulo by zero', token);
      }
      const operator = token.word as '+' | '-' | '*' | '/' | '%' | '^';
      const range = { start: left.range.start, end: right.range.end };
      left = { kind: 'duration', operator, left, right, isWrapped: false, range };
    }
  }

  #unary(): DurationNode {
    const cursor = this.#cursor;
    const { token } = cursor;
    if (token.word !== '+' && token.word !== '-') return token.word === '(' ? this.#parentheses() : this.#operand();
    cursor.take();
    return this.#applySign(token.word, this.#parse(UNARY_PRECEDENCE + 1), token);
  }

  #applySign(sign: string, operand: DurationNode, place: Range): DurationNode {
    const range = { start: place.start, end: operand.range.end };
    if (operand.kind === 'number') {
      if (sign === '-') operand.value = -operand.value;
      operand.range = range;
      return operand;
    }
    if (sign === '+') return operand;
    return { kind: 'duration', operator: '-', left: undefined, right: operand, isWrapped: false, range };
  }

  #parentheses(): DurationNode {
    const cursor = this.#cursor;
    const open = cursor.take();
    const inner = this.#parse(0);
    const close = cursor.expect(')', ...this.#place);
    this.#needFlag(inner.range);
    if (inner.kind === 'duration') {
      inner.isWrapped = true;
      return inner;
    }
    const range = { start: open.start, end: close.end };
    return { kind: 'duration', operator: '+', left: undefined, right: inner, isWrapped: true, range };
  }

  #operand(): DurationNode {
    const cursor = this.#cursor;
    const { token } = cursor;
    if (token.kind === 'number' || token.kind === 'duration') {
      const literal = takeNumber(cursor);
      if (Math.abs(literal.value) > MAX_SECONDS) cursor.report('duration out of range', literal.range);
      return literal;
    }
    if (token.kind !== 'preprocessor') cursor.unexpected(...this.#place);
    return this.#call();
  }

  #call(): DurationExpression {
    const cursor = this.#cursor;
    const word = cursor.take();
    const operator = word.word as 'step' | 'range' | 'min_of' | 'max_of';
    if (!['step', 'range', 'min_of', 'max_of'].includes(operator)) cursor.stop(`unexpected ${operator}`, word);
    cursor.expect('(', ...this.#place);
    let left: DurationNode | undefined;
    let right: DurationNode | undefined;
    if (operator === 'min_of' || operator === 'max_of') {
      left = this.#parse(0);
      cursor.expect(',', ...this.#place);
      right = this.#parse(0);
    }
    const close = cursor.expect(')', ...this.#place);
    const range = { start: word.start, end: close.end };
    this.#needFlag(range);
    return { kind: 'duration', operator, left, right, isWrapped: false, range };
  }

  #needFlag(range: Range): void {
    if (!this.#options.durationExpressions) {
      this.#cursor.report('experimental duration expression is not enabled', range);
    }
  }
}
