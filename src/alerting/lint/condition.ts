// The comparison that decides whether an alert fires.
import { comparisonOperators, type Binary, type Expression } from '../../query/promql/ast.ts';
import { unwrap } from '../../query/promql/lint/series-shape.ts';

/** `x > 5` at the top of an expression, with its two sides and the number. */
export interface Condition {
  readonly node: Binary;
  readonly value: Expression;
  readonly threshold: number;
}

export function findCondition(expression: Expression): Condition | undefined {
  const node = unwrap(expression);
  if (node.kind !== 'binary' || !comparisonOperators.has(node.operator)) return undefined;
  const right = unwrap(node.right);
  return right.kind === 'number' ? { node, value: unwrap(node.left), threshold: right.value } : undefined;
}
