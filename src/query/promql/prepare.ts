// Makes a parsed query ready for one evaluation: start(), end(), step() and range() become numbers, duration expressions become
// durations, parentheses around arguments go, and what gives the same at every step is marked so that it is computed once.
import type { DurationNode, Expression, TimeModifiers, VectorSelector } from './ast.ts';
import { findFunction } from './functions/table.ts';
import { power } from './go-math.ts';
import { findInfoReference } from './info-reference.ts';
import type { Range } from './position.ts';
import { QueryError } from './query-error.ts';

const MAX_SECONDS = 2 ** 63 / 1e9;

/** The times of a whole query; equal times are an instant query. */
export interface QueryTimes {
  readonly startMs: number;
  readonly endMs: number;
  /** 0 for an instant query. */
  readonly stepMs: number;
}

/** A query that is ready, and the parts of it that do not depend on the step. */
export interface PreparedQuery {
  readonly expression: Expression;
  readonly stepInvariant: ReadonlySet<Expression>;
}

interface Invariance {
  readonly isInvariant: boolean;
  /** To be computed once; range selectors and strings never are by themselves. */
  readonly canWrap: boolean;
}

const VARYING: Invariance = { isInvariant: false, canWrap: false };
const INVARIANT: Invariance = { isInvariant: true, canWrap: true };
const BARE: Invariance = { isInvariant: true, canWrap: false };

function unwrap(expression: Expression): Expression {
  return expression.kind === 'parentheses' ? unwrap(expression.expression) : expression;
}

class Preparer {
  readonly #times: QueryTimes;
  readonly invariant = new Set<Expression>();

  constructor(times: QueryTimes) {
    this.#times = times;
  }

  #seconds(node: DurationNode): number {
    if (node.kind === 'number') return node.value;
    const left = node.left === undefined ? 0 : this.#seconds(node.left);
    const right = node.right === undefined ? 0 : this.#seconds(node.right);
    const compute: Readonly<Record<typeof node.operator, () => number>> = {
      step: () => this.#times.stepMs / 1000,
      range: () => (this.#times.endMs - this.#times.startMs) / 1000,
      min_of: () => Math.min(left, right),
      max_of: () => Math.max(left, right),
      '+': () => left + right,
      '-': () => left - right,
      '*': () => left * right,
      '/': () => (right === 0 ? this.#fail(node.range, 'division by zero') : left / right),
      '%': () => (right === 0 ? this.#fail(node.range, 'modulo by zero') : left % right),
      '^': () => power(left, right),
    };
    return compute[node.operator]();
  }

  #fail(range: Range, problem: string): never {
    throw new QueryError('bad_data', `${range.start}:${range.end}: ${problem}`);
  }

  #duration(node: DurationNode | undefined, plainMs: number, mayBeNegative: boolean): number {
    if (node === undefined) return plainMs;
    const seconds = this.#seconds(node);
    if (!Number.isFinite(seconds)) this.#fail(node.range, 'duration is NaN or infinite');
    if (seconds <= 0 && !mayBeNegative) this.#fail(node.range, 'duration must be greater than 0');
    if (Math.abs(seconds) > MAX_SECONDS) this.#fail(node.range, 'duration is out of range');
    return Math.trunc(seconds * 1000);
  }

  #modifiers(node: TimeModifiers): TimeModifiers {
    const { startMs, endMs } = this.#times;
    const { atPreprocessor } = node;
    const atMs = atPreprocessor === undefined ? node.atMs : atPreprocessor === 'start' ? startMs : endMs;
    const offsetMs = this.#duration(node.offsetExpression, node.offsetMs, true);
    return { atMs, offsetMs, offsetExpression: node.offsetExpression, atPreprocessor };
  }

  #selector(node: VectorSelector): VectorSelector {
    return { ...node, ...this.#modifiers(node) };
  }

  /** A copy of `node` that is ready; the parsed tree may be evaluated again at other times. */
  copy(node: Expression): Expression {
    switch (node.kind) {
      case 'number':
      case 'string':
        return { ...node };
      case 'vector':
        return this.#selector(node);
      case 'matrix':
        return {
          ...node,
          vector: this.#selector(node.vector),
          rangeMs: this.#duration(node.rangeExpression, node.rangeMs, false),
        };
      case 'subquery':
        return {
          ...node,
          ...this.#modifiers(node),
          expression: this.copy(node.expression),
          rangeMs: this.#duration(node.rangeExpression, node.rangeMs, false),
          stepMs: this.#duration(node.stepExpression, node.stepMs, false),
        };
      case 'parentheses':
      case 'unary':
        return { ...node, expression: this.copy(node.expression) };
      case 'binary':
        return { ...node, left: this.copy(node.left), right: this.copy(node.right) };
      case 'aggregation':
        return {
          ...node,
          expression: unwrap(this.copy(node.expression)),
          parameter: node.parameter === undefined ? undefined : unwrap(this.copy(node.parameter)),
        };
      case 'call': {
        const constant = this.#constantOf(node.function.name);
        if (constant !== undefined) return { kind: 'number', value: constant, isDuration: false, range: node.range };
        return { ...node, arguments: node.arguments.map((argument) => unwrap(this.copy(argument))) };
      }
    }
  }

  #constantOf(name: string): number | undefined {
    const { startMs, endMs, stepMs } = this.#times;
    if (name === 'start') return startMs / 1000;
    if (name === 'end') return endMs / 1000;
    if (name === 'range') return (endMs - startMs) / 1000;
    return name === 'step' ? (startMs === endMs ? 0 : stepMs / 1000) : undefined;
  }

  /** Marks the largest parts below `node` that are the same at every step. */
  mark(node: Expression): Invariance {
    switch (node.kind) {
      case 'number':
      case 'string':
        return BARE;
      case 'vector':
        return node.atMs === undefined ? VARYING : INVARIANT;
      case 'matrix':
        return node.vector.atMs === undefined ? VARYING : BARE;
      case 'subquery':
        if (this.mark(node.expression).isInvariant) this.invariant.add(node.expression);
        return node.atMs === undefined ? VARYING : BARE;
      case 'parentheses':
      case 'unary':
      case 'aggregation':
        return this.mark(node.expression);
      case 'binary': {
        const sides = [node.left, node.right].map((side) => [side, this.mark(side)] as const);
        if (sides.every(([, { isInvariant }]) => isInvariant)) return INVARIANT;
        for (const [side, { canWrap }] of sides) if (canWrap) this.invariant.add(side);
        return VARYING;
      }
      case 'call':
        return this.#markCall(node);
    }
  }

  #markCall(node: Expression & { kind: 'call' }): Invariance {
    const { name } = node.function;
    const isInfo = name === 'info';
    const marks = node.arguments.map((argument) => this.mark(argument));
    const judged = isInfo ? marks.slice(0, 1) : marks;
    let isInvariant = findFunction(name)?.dependsOnTime !== true && judged.every((mark) => mark.isInvariant);
    // The time of a pinned selector's sample is pinned too; that of any other vector is the step's.
    if (name === 'timestamp') isInvariant = node.arguments[0]?.kind === 'vector' && marks[0]?.isInvariant === true;
    const [first] = node.arguments;
    if (isInfo && first !== undefined) isInvariant &&= findInfoReference(first).isUniform;
    if (isInvariant) return INVARIANT;
    judged.forEach((mark, index) => {
      const argument = node.arguments[index];
      if (mark.canWrap && argument !== undefined) this.invariant.add(argument);
    });
    return VARYING;
  }
}

/** Prepares `expression` for a query at `times`; the given tree stays as it is. Throws a `QueryError` for impossible durations. */
export function prepareQuery(expression: Expression, times: QueryTimes): PreparedQuery {
  const preparer = new Preparer(times);
  const copy = preparer.copy(expression);
  const { canWrap } = preparer.mark(copy);
  if (canWrap) preparer.invariant.add(copy);
  return { expression: copy, stepInvariant: preparer.invariant };
}
