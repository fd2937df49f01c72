// The operators on two numbers.
import type { BinaryOperator } from './ast.ts';
import { power } from './go-math.ts';

type Compute = (left: number, right: number) => number;

const arithmetic: ReadonlyMap<string, Compute> = new Map<string, Compute>([
  ['+', (left, right) => left + right],
  ['-', (left, right) => left - right],
  ['*', (left, right) => left * right],
  ['/', (left, right) => left / right],
  ['%', (left, right) => left % right],
  ['^', power],
  ['atan2', Math.atan2],
]);

const comparisons: ReadonlyMap<string, (left: number, right: number) => boolean> = new Map([
  ['==', (left: number, right: number) => left === right],
  ['!=', (left: number, right: number) => left !== right],
  ['<', (left: number, right: number) => left < right],
  ['<=', (left: number, right: number) => left <= right],
  ['>', (left: number, right: number) => left > right],
  ['>=', (left: number, right: number) => left >= right],
]);

/** The function of an arithmetic operator, which changes what a series means and so drops its name. */
export function arithmeticOf(operator: BinaryOperator): Compute | undefined {
  return arithmetic.get(operator);
}

/** The function of a comparison, which lets a sample pass or not. */
export function comparisonOf(operator: BinaryOperator): ((left: number, right: number) => boolean) | undefined {
  return comparisons.get(operator);
}
