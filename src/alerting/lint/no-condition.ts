import { comparisonOperators, setOperators, type Expression } from '../../query/promql/ast.ts';
import { unwrap } from '../../query/promql/lint/series-shape.ts';
import type { AlertCheck } from './check.ts';

function decides(expression: Expression): boolean {
  const node = unwrap(expression);
  if (node.kind === 'call')
    return ['absent', 'absent_over_time'].includes(node.function.name) || node.arguments.some(decides);
  if (node.kind === 'binary') {
    if (comparisonOperators.has(node.operator)) return !node.returnBool;
    return node.operator === 'unless' || decides(node.left) || (setOperators.has(node.operator) && decides(node.right));
  }
  if (node.kind === 'aggregation' || node.kind === 'unary' || node.kind === 'subquery') return decides(node.expression);
  return node.kind === 'vector' && /^(?:ALERTS|.*:alert.*)$/.test(node.name);
}

export const noCondition: AlertCheck = {
  name: 'no-condition',
  summary: 'an alert without a comparison fires as long as there are series',
  check: ({ query }, report) => {
    const node = unwrap(query.expression);
    if (decides(node) || node.kind === 'number' || (node.kind === 'call' && node.function.name === 'vector')) return;
    const hasBool = node.kind === 'binary' && node.returnBool;
    const message = hasBool
      ? 'with "bool" the comparison gives 0 or 1 for every series, and the alert fires for both; leave "bool" out'
      : 'nothing is compared: the alert fires for every series, whatever its value';
    report(message, node.range);
  },
};
