// Types and other rules that the grammar cannot say.
import {
  type Aggregation,
  aggregationParameters,
  type Binary,
  type Call,
  comparisonOperators,
  type Expression,
  setOperators,
  typeOf,
  type VectorSelector,
} from './ast.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import type { QuerySyntaxError, Range } from './position.ts';
import type { ValueType } from './signature.ts';

const typeNames: Readonly<Record<ValueType, string>> = {
  vector: 'instant vector',
  matrix: 'range vector',
  scalar: 'scalar',
  string: 'string',
};

class Checker {
  readonly errors: QuerySyntaxError[] = [];

  #report(range: Range, message: string): void {
    this.errors.push({ message, range });
  }

  #expect(expression: Expression, wanted: ValueType, context: string): void {
    const type = this.check(expression);
    if (type !== wanted)
      this.#report(expression.range, `expected type ${typeNames[wanted]} in ${context}, got ${typeNames[type]}`);
  }

  check(expression: Expression): ValueType {
    switch (expression.kind) {
      case 'number':
      case 'string':
        break;
      case 'vector':
        this.#selector(expression);
        break;
      case 'matrix':
        this.check(expression.vector);
        break;
      case 'parentheses':
        this.check(expression.expression);
        break;
      case 'subquery': {
        const type = this.check(expression.expression);
        if (type !== 'vector')
          this.#report(expression.range, `subquery is only allowed on instant vector, got ${type} instead`);
        break;
      }
      case 'unary': {
        const type = this.check(expression.expression);
        if (type !== 'scalar' && type !== 'vector')
          this.#report(
            expression.range,
            `unary expression only allowed on expressions of type scalar or instant vector, got "${typeNames[type]}"`,
          );
        break;
      }
      case 'aggregation':
        this.#aggregation(expression);
        break;
      case 'binary':
        this.#binary(expression);
        break;
      case 'call':
        this.#call(expression);
        break;
    }
    return typeOf(expression);
  }

  #selector(selector: VectorSelector): void {
    const { name, matchers } = selector;
    if (name !== '') {
      const twice = matchers.slice(0, -1).find((matcher) => matcher.name === METRIC_NAME);
      if (twice !== undefined)
        this.#report(
          selector.range,
          `metric name must not be set twice: ${JSON.stringify(name)} or ${JSON.stringify(twice.value)}`,
        );
    } else if (!selector.mayBeEmpty && matchers.every((matcher) => matcher.matches('')))
      this.#report(selector.range, 'vector selector must contain at least one non-empty matcher');
  }

  #aggregation(aggregation: Aggregation): void {
    this.#expect(aggregation.expression, 'vector', 'aggregation expression');
    const wanted = aggregationParameters.get(aggregation.operator);
    if (aggregation.parameter !== undefined && wanted !== undefined)
      this.#expect(aggregation.parameter, wanted, 'aggregation parameter');
  }

  #binary(binary: Binary): void {
    const { operator, left, right, range, operatorRange, returnBool } = binary;
    const leftType = this.check(left);
    const rightType = this.check(right);
    const isComparison = comparisonOperators.has(operator);
    const isSet = setOperators.has(operator);
    const { matching } = binary;
    if (returnBool && !isComparison)
      this.#report(operatorRange, 'bool modifier can only be used on comparison operators');
    if (isComparison && !returnBool && leftType === 'scalar' && rightType === 'scalar')
      this.#report(operatorRange, 'comparisons between scalars must use BOOL modifier');
    if (isSet && matching?.cardinality === 'one-to-one') matching.cardinality = 'many-to-many';
    for (const label of matching?.labels ?? []) {
      if (matching?.on === true && matching.include.includes(label))
        this.#report(operatorRange, `label ${JSON.stringify(label)} must not occur in ON and GROUP clause at once`);
    }
    for (const [side, type] of [
      [left, leftType],
      [right, rightType],
    ] as const) {
      if (type !== 'scalar' && type !== 'vector')
        this.#report(side.range, 'binary expression must contain only scalar and instant vector types');
    }
    const hasFill = (matching?.fillLeft ?? matching?.fillRight) !== undefined;
    if (leftType !== 'vector' || rightType !== 'vector') {
      if ((matching?.labels.length ?? 0) > 0)
        this.#report(range, 'vector matching only allowed between instant vectors');
      if (hasFill) this.#report(range, 'filling in missing series only allowed between instant vectors');
      binary.matching = undefined;
    } else if (isSet) {
      if (matching?.cardinality !== 'many-to-many') {
        this.#report(range, `no grouping allowed for "${operator}" operation`);
        this.#report(range, 'set operations must always be many-to-many');
      }
      if (hasFill) this.#report(range, 'filling in missing series not allowed for set operators');
    }
    if (isSet && (leftType === 'scalar' || rightType === 'scalar'))
      this.#report(range, `set operator "${operator}" not allowed in binary scalar expression`);
  }

  #call(call: Call): void {
    const { name, arguments: types, variadic = 0 } = call.function;
    const given = call.arguments.length;
    const plural = 'argument(s) in call to';
    if (variadic === 0) {
      if (given !== types.length)
        this.#report(call.range, `expected ${types.length} ${plural} "${name}", got ${given}`);
    } else {
      const least = types.length - 1;
      if (given < least) this.#report(call.range, `expected at least ${least} ${plural} "${name}", got ${given}`);
      else if (variadic > 0 && given > least + variadic)
        this.#report(call.range, `expected at most ${least + variadic} ${plural} "${name}", got ${given}`);
    }
    if (name === 'info') this.#info(call);
    call.arguments.forEach((argument, index) => {
      const wanted = types[Math.min(index, types.length - 1)];
      if (wanted === undefined || (index >= types.length && variadic === 0)) return;
      this.#expect(argument, wanted, `call to function "${name}"`);
    });
  }

  #info(call: Call): void {
    const selector = call.arguments[1];
    if (selector === undefined) return;
    if (typeOf(selector) !== 'vector')
      this.#report(
        call.range,
        `expected type instant vector in call to function "info", got ${typeNames[typeOf(selector)]}`,
      );
    if (selector.kind !== 'vector') this.#report(selector.range, 'expected label selectors only');
    else if (selector.name !== '')
      this.#report(selector.range, 'expected label selectors only, got vector selector instead');
    else selector.mayBeEmpty = true;
  }
}

/** Every breach of the rules. Completes the tree: which way set operators match, that scalars match nothing. */
export function checkExpression(expression: Expression): QuerySyntaxError[] {
  const checker = new Checker();
  checker.check(expression);
  return checker.errors;
}
