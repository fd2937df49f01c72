import { comparisonOperators } from '../ast.ts';
import type { ExpressionCheck } from './check.ts';
import { unwrap } from './series-shape.ts';

export const comparisonWithNan: ExpressionCheck = {
  name: 'comparison-with-nan',
  summary: 'nothing equals NaN, and nothing is more or less than it',
  check: (node, _around, report) => {
    if (node.kind !== 'binary' || !comparisonOperators.has(node.operator)) return;
    const hasNan = [node.left, node.right]
      .map(unwrap)
      .some((side) => side.kind === 'number' && Number.isNaN(side.value));
    if (!hasNan) return;
    const always = node.operator === '!=' ? 'always true' : 'never true';
    report(`the comparison with NaN is ${always}; a value is NaN where it differs from itself: x != x`, node.range);
  },
};
