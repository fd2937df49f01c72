// The tree of a query. Times and durations are milliseconds.
import type { Matcher } from './matcher.ts';
import type { FunctionSignature, ValueType } from './signature.ts';
import type { Range } from './position.ts';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type SetOperator = 'and' | 'or' | 'unless';
export type TrimOperator = '</' | '>/';
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator | TrimOperator;

export interface NumberLiteral {
  readonly kind: 'number';
  value: number;
  /** Written as a duration. */
  readonly isDuration: boolean;
  range: Range;
}

export interface StringLiteral {
  readonly kind: 'string';
  readonly value: string;
  readonly range: Range;
}

/** Arithmetic on durations, in seconds, with the query's step and range. One operand: unary. */
export interface DurationExpression {
  readonly kind: 'duration';
  readonly operator: '+' | '-' | '*' | '/' | '%' | '^' | 'step' | 'range' | 'min_of' | 'max_of';
  readonly left: DurationNode | undefined;
  readonly right: DurationNode | undefined;
  isWrapped: boolean;
  readonly range: Range;
}

export type DurationNode = NumberLiteral | DurationExpression;

/** `@` and `offset`. */
export interface TimeModifiers {
  offsetMs: number;
  offsetExpression: DurationExpression | undefined;
  atMs: number | undefined;
  atPreprocessor: 'start' | 'end' | undefined;
}

export interface VectorSelector extends TimeModifiers {
  readonly kind: 'vector';
  readonly name: string;
  readonly matchers: Matcher[];
  anchored: boolean;
  smoothed: boolean;
  /** Stands for conditions only, as the second argument of `info`. */
  mayBeEmpty: boolean;
  range: Range;
}

export interface MatrixSelector {
  readonly kind: 'matrix';
  readonly vector: VectorSelector;
  rangeMs: number;
  readonly rangeExpression: DurationExpression | undefined;
  range: Range;
}

export interface Subquery extends TimeModifiers {
  readonly kind: 'subquery';
  readonly expression: Expression;
  rangeMs: number;
  readonly rangeExpression: DurationExpression | undefined;
  /** 0: the default step. */
  stepMs: number;
  readonly stepExpression: DurationExpression | undefined;
  range: Range;
}

export interface Parentheses {
  readonly kind: 'parentheses';
  readonly expression: Expression;
  readonly range: Range;
}

export interface Unary {
  readonly kind: 'unary';
  readonly operator: '+' | '-';
  readonly expression: Expression;
  readonly range: Range;
}

export type Cardinality = 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';

export interface VectorMatching {
  cardinality: Cardinality;
  readonly labels: readonly string[];
  /** `on` instead of `ignoring`. */
  readonly on: boolean;
  readonly include: readonly string[];
  readonly fillLeft: number | undefined;
  readonly fillRight: number | undefined;
}

export interface Binary {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  /** `undefined` unless both sides are vectors, once checked. */
  matching: VectorMatching | undefined;
  readonly returnBool: boolean;
  readonly range: Range;
  /** Of the operator alone. */
  readonly operatorRange: Range;
}

export interface Aggregation {
  readonly kind: 'aggregation';
  readonly operator: string;
  readonly expression: Expression;
  readonly parameter: Expression | undefined;
  readonly grouping: readonly string[];
  readonly without: boolean;
  readonly range: Range;
}

export interface Call {
  readonly kind: 'call';
  readonly function: FunctionSignature;
  readonly arguments: readonly Expression[];
  readonly range: Range;
}

export type Expression =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Parentheses
  | Unary
  | Binary
  | Aggregation
  | Call;

export const comparisonOperators: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
export const setOperators: ReadonlySet<string> = new Set(['and', 'or', 'unless']);
/** Aggregations with a parameter, and its type. */
export const aggregationParameters: ReadonlyMap<string, ValueType> = new Map<string, ValueType>([
  ['topk', 'scalar'],
  ['bottomk', 'scalar'],
  ['quantile', 'scalar'],
  ['limitk', 'scalar'],
  ['limit_ratio', 'scalar'],
  ['count_values', 'string'],
]);

/** The type that `expression` has. */
export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'vector':
    case 'aggregation':
      return 'vector';
    case 'matrix':
    case 'subquery':
      return 'matrix';
    case 'parentheses':
    case 'unary':
      return typeOf(expression.expression);
    case 'binary':
      return typeOf(expression.left) === 'scalar' && typeOf(expression.right) === 'scalar' ? 'scalar' : 'vector';
    case 'call':
      return expression.function.returns;
  }
}

/** The expressions directly below `expression`. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'number':
    case 'string':
    case 'vector':
      return [];
    case 'matrix':
      return [expression.vector];
    case 'subquery':
    case 'parentheses':
    case 'unary':
      return [expression.expression];
    case 'binary':
      return [expression.left, expression.right];
    case 'aggregation':
      return expression.parameter === undefined
        ? [expression.expression]
        : [expression.parameter, expression.expression];
    case 'call':
      return expression.arguments;
  }
}
