import { comparisonOperators } from '../ast.ts';
import type { ExpressionCheck } from './check.ts';
import { isCounterName, metricOf, unwrap } from './series-shape.ts';
import { printQuery } from '../print.ts';

export const rawCounter: ExpressionCheck = {
  name: 'raw-counter',
  summary: 'a counter compared as it is: it only grows, and falls to zero at each restart',
  check: (node, _around, report) => {
    if (node.kind !== 'binary' || !comparisonOperators.has(node.operator)) return;
    for (const side of [node.left, node.right]) {
      const inner = unwrap(side);
      const source = inner.kind === 'aggregation' ? unwrap(inner.expression) : inner;
      const isCounted = inner.kind === 'aggregation' && ['count', 'group'].includes(inner.operator);
      if (source.kind !== 'vector' || isCounted || !isCounterName(metricOf(source))) continue;
      const fix = `increase(${printQuery(source)}[5m])`;
      report(
        `${metricOf(source)} is a counter: it counts since the process began; compare what it gained in a window`,
        source.range,
        fix,
      );
    }
  },
};
