// The checks of expressions. A new one is a file in this folder and one line in the list.
import { childrenOf, type Expression } from '../ast.ts';
import { bucketsWithoutRate } from './buckets-without-rate.ts';
import { changeOfCounter } from './change-of-counter.ts';
import type { ExpressionCheck, Finding } from './check.ts';
import { comparisonWithNan } from './comparison-with-nan.ts';
import { divisionByItself } from './division-by-itself.ts';
import { impossibleMatch } from './impossible-match.ts';
import { impossibleSelector } from './impossible-selector.ts';
import { needlessRegex } from './needless-regex.ts';
import { quantileWithoutLe } from './quantile-without-le.ts';
import { rateOfSum } from './rate-of-sum.ts';
import { rawCounter } from './raw-counter.ts';

export const expressionChecks: readonly ExpressionCheck[] = [
  bucketsWithoutRate,
  changeOfCounter,
  comparisonWithNan,
  divisionByItself,
  impossibleMatch,
  impossibleSelector,
  needlessRegex,
  quantileWithoutLe,
  rateOfSum,
  rawCounter,
];

/** Everything that the checks say of `expression`, in the order of the places. */
export function lintExpression(expression: Expression): readonly Finding[] {
  const findings: Finding[] = [];
  const visit = (node: Expression, around: readonly Expression[]): void => {
    for (const { name, check } of expressionChecks)
      check(node, around, (message, range, fix) => findings.push({ check: name, message, range, fix }));
    for (const child of childrenOf(node)) visit(child, [...around, node]);
  };
  visit(expression, []);
  return findings.toSorted((left, right) => left.range.start - right.range.start);
}
