import type { ExpressionCheck } from './check.ts';
import { unwrap } from './series-shape.ts';
import { printQuery } from '../print.ts';
import { formatDuration } from '../../../base/duration.ts';

export const rateOfSum: ExpressionCheck = {
  name: 'rate-of-sum',
  summary: 'rate over a sum takes the restart of one process for a reset of all',
  check: (node, _around, report) => {
    if (node.kind !== 'call' || !['rate', 'increase', 'irate'].includes(node.function.name)) return;
    const [argument] = node.arguments;
    if (argument?.kind !== 'subquery') return;
    const inner = unwrap(argument.expression);
    if (inner.kind !== 'aggregation' || inner.operator !== 'sum') return;
    const source = unwrap(inner.expression);
    const clause =
      inner.grouping.length > 0 ? ` ${inner.without ? 'without' : 'by'} (${inner.grouping.join(', ')})` : '';
    const fix =
      source.kind === 'vector'
        ? `sum${clause}(${node.function.name}(${printQuery(source)}[${formatDuration(argument.rangeMs)}]))`
        : undefined;
    report(
      `${node.function.name}() over a sum: when one process restarts, the sum falls, and all the others are counted again; take the rate first, then the sum`,
      node.range,
      fix,
    );
  },
};
