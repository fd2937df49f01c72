// The grammar of PromQL (Prometheus 3.15), by precedence climbing; from high to low: ^ (from the right); unary minus; * / % atan2;
// + -; comparisons and trims; and, unless; or. Modifiers behind an operand bind tighter than any operator. One file, because its
// rules call each other.
import { err, ok, type Result } from '../../base/result.ts';
import type { BinaryOperator, DurationNode, Expression, TimeModifiers, VectorMatching, VectorSelector } from './ast.ts';
import { aggregationParameters } from './ast.ts';
import { checkExpression } from './check.ts';
import { findFunction } from './functions/table.ts';
import { lexQuery } from './lexer.ts';
import type { Matcher } from './matcher.ts';
import type { LanguageOptions } from './options.ts';
import { DurationParser } from './parse-duration-expression.ts';
import { takeNumber } from './parse-number.ts';
import { parseLabelList, parseSelector } from './parse-selector.ts';
import type { QuerySyntaxError } from './position.ts';
import { unquoteString } from './string-literal.ts';
import { ParseStop, TokenCursor } from './token-cursor.ts';

const POWER = 6;
const MAX_DEPTH = 1000;

const precedence: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '</': 3,
  '>/': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': POWER,
};

const toMs = (seconds: number): number => Math.trunc(Math.round(seconds * 1e9) / 1e6);

class Parser {
  readonly cursor: TokenCursor;
  readonly #options: LanguageOptions;
  readonly #durations: DurationParser;
  readonly #text: string;
  #depth = 0;

  constructor(text: string, options: LanguageOptions) {
    this.#text = text;
    this.cursor = new TokenCursor(lexQuery(text));
    this.#options = options;
    this.#durations = new DurationParser(this.cursor, options);
  }

  parseAll(): Expression {
    const { cursor } = this;
    if (cursor.token.kind === 'end') cursor.stop('no expression found in input', { start: 0, end: 0 });
    const expression = this.#binary(0);
    if (cursor.token.kind !== 'end') cursor.unexpected();
    return expression;
  }

  parseSelector(): VectorSelector {
    const { cursor } = this;
    const selector = parseSelector(this.cursor, this.#text);
    if (cursor.token.kind !== 'end') cursor.unexpected();
    return selector;
  }

  #binary(minimum: number): Expression {
    const { cursor } = this;
    if (++this.#depth > MAX_DEPTH) cursor.stop(`more than ${MAX_DEPTH} nested expressions`, cursor.token);
    let left = this.#unary();
    for (;;) {
      const { token } = cursor;
      const strength = token.kind === 'operator' ? precedence[token.word] : undefined;
      if (strength === undefined || strength < minimum) break;
      cursor.take();
      const returnBool = cursor.tryTake('bool');
      const matching = this.#matching();
      const right = this.#binary(strength === POWER ? strength : strength + 1);
      left = {
        kind: 'binary',
        operator: token.word as BinaryOperator,
        left,
        right,
        matching,
        returnBool,
        range: { start: left.range.start, end: right.range.end },
        operatorRange: { start: token.start, end: right.range.start },
      };
      if (!this.#options.fillModifiers && (matching.fillLeft ?? matching.fillRight) !== undefined)
        cursor.report('binop fill modifiers are experimental and not enabled', left.range);
    }
    this.#depth--;
    return left;
  }

  #matching(): VectorMatching {
    const { cursor } = this;
    let labels: readonly string[] = [];
    let include: readonly string[] = [];
    let cardinality: VectorMatching['cardinality'] = 'one-to-one';
    const on = cursor.isAt('on');
    if (on || cursor.isAt('ignoring')) {
      cursor.take();
      labels = parseLabelList(cursor, this.#text);
      if (cursor.isAt('group_left') || cursor.isAt('group_right')) {
        cardinality = cursor.take().word === 'group_left' ? 'many-to-one' : 'one-to-many';
        if (cursor.isAt('(')) include = parseLabelList(cursor, this.#text);
      }
    }
    let fillLeft: number | undefined;
    let fillRight: number | undefined;
    if (cursor.isAt('fill')) fillLeft = fillRight = this.#fillValue();
    else {
      if (cursor.isAt('fill_left')) fillLeft = this.#fillValue();
      if (cursor.isAt('fill_right')) {
        fillRight = this.#fillValue();
        if (fillLeft === undefined && cursor.isAt('fill_left')) fillLeft = this.#fillValue();
      }
    }
    return { cardinality, labels, on, include, fillLeft, fillRight };
  }

  #fillValue(): number {
    const { cursor } = this;
    cursor.take();
    cursor.expect('(');
    const value = this.#signedNumber();
    cursor.expect(')');
    return value;
  }

  #signedNumber(): number {
    const { cursor } = this;
    const sign = cursor.isAt('-') || cursor.isAt('+') ? cursor.take().word : '+';
    const { kind } = cursor.token;
    if (kind !== 'number' && kind !== 'duration') cursor.unexpected();
    const { value } = takeNumber(cursor);
    return sign === '-' ? -value : value;
  }

  #unary(): Expression {
    const { cursor } = this;
    const { token } = cursor;
    if (token.kind !== 'operator' || (token.word !== '-' && token.word !== '+')) return this.#postfix(this.#operand());
    cursor.take();
    const expression = this.#binary(POWER);
    const range = { start: token.start, end: expression.range.end };
    if (expression.kind !== 'number') return { kind: 'unary', operator: token.word, expression, range };
    if (token.word === '-') expression.value = -expression.value;
    expression.range = range;
    return expression;
  }

  #operand(): Expression {
    const { cursor } = this;
    const { token } = cursor;
    const next = cursor.peek(1)?.word;
    if (token.kind === 'number' || token.kind === 'duration') return takeNumber(cursor);
    if (token.kind === 'string') {
      cursor.take();
      return { kind: 'string', value: unquoteString(token.word), range: { start: token.start, end: token.end } };
    }
    if (token.word === '(' && token.kind === 'punctuation') {
      cursor.take();
      const expression = this.#binary(0);
      const close = cursor.expect(')');
      return { kind: 'parentheses', expression, range: { start: token.start, end: close.end } };
    }
    const isModifier = cursor.peek(1)?.kind === 'keyword' && (next === 'by' || next === 'without');
    const isCalled = next === '(' && cursor.peek(1)?.kind === 'punctuation';
    if (token.kind === 'aggregation' && (isCalled || isModifier)) return this.#aggregation();
    if (isCalled && (token.kind === 'identifier' || token.kind === 'preprocessor')) return this.#call();
    return parseSelector(this.cursor, this.#text);
  }

  #arguments(): Expression[] {
    const { cursor } = this;
    const expressions: Expression[] = [];
    cursor.expect('(');
    while (!cursor.isAt(')')) {
      expressions.push(this.#binary(0));
      const comma = cursor.token;
      if (!cursor.tryTake(',')) break;
      if (cursor.isAt(')')) cursor.stop('trailing commas not allowed in function call args', comma);
    }
    cursor.expect(')');
    return expressions;
  }

  #call(): Expression {
    const { cursor } = this;
    const name = cursor.take();
    const found = findFunction(name.word);
    const parameters = this.#arguments();
    // What is wrong inside comes first.
    if (found === undefined) cursor.report(`unknown function with name ${JSON.stringify(name.word)}`, name);
    if (found?.isExperimental === true && !this.#options.experimentalFunctions)
      cursor.report(`function ${JSON.stringify(name.word)} is not enabled`, name);
    const signature = found ?? { name: name.word, arguments: [], variadic: -1, returns: 'vector' as const };
    const range = { start: name.start, end: cursor.lastClosing };
    return { kind: 'call', function: signature, arguments: parameters, range };
  }

  #aggregation(): Expression {
    const { cursor } = this;
    const { word: operator, start } = cursor.take();
    let grouping: readonly string[] | undefined;
    let without = false;
    const takeModifier = (): void => {
      if (grouping !== undefined || !(cursor.isAt('by') || cursor.isAt('without'))) return;
      without = cursor.take().word === 'without';
      grouping = parseLabelList(cursor, this.#text);
    };
    takeModifier();
    if (!cursor.isAt('(')) cursor.unexpected('aggregation');
    const parameters = this.#arguments();
    takeModifier();
    const range = { start, end: cursor.lastClosing };
    if (parameters.length === 0) cursor.stop('no arguments for aggregate expression provided', range);
    if ((operator === 'limitk' || operator === 'limit_ratio') && !this.#options.experimentalFunctions)
      cursor.stop(
        `${operator}() is experimental and must be enabled with --enable-feature=promql-experimental-functions`,
        range,
      );
    const wanted = aggregationParameters.has(operator) ? 2 : 1;
    const expression = parameters[wanted - 1];
    if (expression === undefined || parameters.length !== wanted)
      return cursor.stop(
        `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${parameters.length}`,
        range,
      );
    const parameter = wanted === 2 ? parameters[0] : undefined;
    return { kind: 'aggregation', operator, expression, parameter, grouping: grouping ?? [], without, range };
  }

  #postfix(operand: Expression): Expression {
    const { cursor } = this;
    let expression = operand;
    for (;;) {
      if (cursor.isAt('[')) expression = this.#brackets(expression);
      else if (cursor.isAt('offset')) this.#offset(expression);
      else if (cursor.isAt('@')) this.#at(expression);
      else if (cursor.isAt('anchored') || cursor.isAt('smoothed')) this.#extend(expression);
      else return expression;
    }
  }

  #brackets(expression: Expression): Expression {
    const { cursor } = this;
    const open = cursor.take();
    const { kind } = cursor.token;
    if (!['number', 'duration', 'preprocessor', 'operator'].includes(kind) && !cursor.isAt('('))
      cursor.unexpected('subquery or range selector', 'number, duration, step(), or range()');
    const length = this.#durations.parsePositive();
    const rangeMs = length.kind === 'number' ? toMs(length.value) : 0;
    const rangeExpression = length.kind === 'duration' ? length : undefined;
    if (cursor.tryTake(':')) {
      const step: DurationNode | undefined = cursor.isAt(']') ? undefined : this.#durations.parsePositive();
      const close = cursor.expect(']', 'subquery selector', '"]"');
      return {
        kind: 'subquery',
        expression,
        rangeMs,
        rangeExpression,
        stepMs: step?.kind === 'number' ? toMs(step.value) : 0,
        stepExpression: step?.kind === 'duration' ? step : undefined,
        offsetMs: 0,
        offsetExpression: undefined,
        atMs: undefined,
        atPreprocessor: undefined,
        range: { start: expression.range.start, end: close.end },
      };
    }
    const close = cursor.expect(']', 'subquery or range', '":" or "]"');
    const place = { start: open.start, end: close.end };
    if (expression.kind !== 'vector') return cursor.stop('ranges only allowed for vector selectors', place);
    if (expression.offsetMs !== 0 || expression.offsetExpression !== undefined)
      cursor.report('no offset modifiers allowed before range', place);
    else if (expression.atMs !== undefined || expression.atPreprocessor !== undefined)
      cursor.report('no @ modifiers allowed before range', place);
    const range = { start: expression.range.start, end: close.end };
    return { kind: 'matrix', vector: expression, rangeMs, rangeExpression, range };
  }

  /** Where `@` and `offset` of this expression are kept. */
  #modifiers(expression: Expression, what: string): TimeModifiers {
    if (expression.kind === 'vector' || expression.kind === 'subquery') return expression;
    if (expression.kind === 'matrix') return expression.vector;
    return this.cursor.stop(
      `${what} modifier must be preceded by an instant vector selector or range vector selector or a subquery`,
      expression.range,
    );
  }

  #stretch(expression: Expression): void {
    if (expression.kind === 'vector' || expression.kind === 'subquery' || expression.kind === 'matrix')
      expression.range = { start: expression.range.start, end: this.cursor.lastClosing };
  }

  #offset(expression: Expression): void {
    const { cursor } = this;
    cursor.take();
    const { token } = cursor;
    const isGood = ['number', 'duration', 'preprocessor'].includes(token.kind) || ['(', '+', '-'].includes(token.word);
    if (!isGood) cursor.unexpected('offset', 'number, duration, step(), or range()');
    const duration = this.#durations.parseOffset();
    const modifiers = this.#modifiers(expression, 'offset');
    if (modifiers.offsetMs !== 0 || modifiers.offsetExpression !== undefined)
      cursor.report('offset may not be set multiple times', expression.range);
    else if (duration.kind === 'number') modifiers.offsetMs = toMs(duration.value);
    else modifiers.offsetExpression = duration;
    this.#stretch(expression);
  }

  #at(expression: Expression): void {
    const { cursor } = this;
    cursor.take();
    let seconds: number | undefined;
    let preprocessor: 'start' | 'end' | undefined;
    if (cursor.isAt('start') || cursor.isAt('end')) {
      preprocessor = cursor.take().word as 'start' | 'end';
      cursor.expect('(', '@', 'timestamp');
      cursor.expect(')', '@', 'timestamp');
    } else {
      const { token } = cursor;
      if (!['number', 'duration'].includes(token.kind) && token.word !== '-' && token.word !== '+')
        cursor.unexpected('@', 'timestamp');
      seconds = this.#signedNumber();
      if (!(Math.abs(seconds) < 2 ** 63))
        cursor.report(`timestamp out of bounds for @ modifier: ${seconds}`, expression.range);
    }
    const modifiers = this.#modifiers(expression, '@');
    if (modifiers.atMs !== undefined || modifiers.atPreprocessor !== undefined)
      cursor.report('@ <timestamp> may not be set multiple times', expression.range);
    else if (seconds === undefined) modifiers.atPreprocessor = preprocessor;
    else modifiers.atMs = Math.round(seconds * 1000);
    this.#stretch(expression);
  }

  #extend(expression: Expression): void {
    const { cursor } = this;
    const word = cursor.take().word as 'anchored' | 'smoothed';
    if (!this.#options.extendedRangeSelectors)
      return cursor.report(`${word} modifier is experimental and not enabled`, expression.range);
    if (expression.kind === 'subquery')
      return cursor.report(`${word} modifier is not supported for subqueries`, expression.range);
    const selector = expression.kind === 'matrix' ? expression.vector : expression;
    if (selector.kind !== 'vector') return cursor.report(`${word} modifier not implemented`, expression.range);
    selector[word] = true;
    if (selector.anchored && selector.smoothed)
      cursor.report('anchored and smoothed modifiers cannot be used together', expression.range);
  }
}

function run<T extends Expression>(parser: Parser, parse: () => T): Result<T, QuerySyntaxError> {
  const { errors } = parser.cursor;
  let parsed: T | undefined;
  try {
    parsed = parse();
    if (errors.length === 0) errors.push(...checkExpression(parsed));
  } catch (error) {
    if (!(error instanceof ParseStop)) throw error;
  }
  const [first] = errors;
  if (first !== undefined) return err(first);
  if (parsed === undefined) throw new Error('the parser stopped without an error');
  return ok(parsed);
}

/** Parses and type-checks a query; the first error with its place. */
export function parseQuery(text: string, options: LanguageOptions): Result<Expression, QuerySyntaxError> {
  const parser = new Parser(text, options);
  return run(parser, () => parser.parseAll());
}

/** Parses a series selector alone, as `match[]` of the HTTP API holds it; it may fit every series. */
export function parseSeriesSelector(
  text: string,
  options: LanguageOptions,
): Result<readonly Matcher[], QuerySyntaxError> {
  const parser = new Parser(text, options);
  const parsed = run(parser, () => Object.assign(parser.parseSelector(), { mayBeEmpty: true }));
  return parsed.ok ? ok(parsed.value.matchers) : parsed;
}
