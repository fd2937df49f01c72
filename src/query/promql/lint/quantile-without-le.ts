import { printQuery } from '../print.ts';
import type { ExpressionCheck } from './check.ts';
import { keepsOnly, unwrap } from './series-shape.ts';

export const quantileWithoutLe: ExpressionCheck = {
  name: 'quantile-without-le',
  summary: 'histogram_quantile over an aggregation that drops the label le',
  check: (node, _around, report) => {
    if (node.kind !== 'call' || node.function.name !== 'histogram_quantile') return;
    const [phi, argument] = node.arguments;
    if (phi === undefined || argument === undefined) return;
    const inner = unwrap(argument);
    if (inner.kind !== 'aggregation') return;
    const dropsLe = keepsOnly(inner) ? !inner.grouping.includes('le') : inner.without && inner.grouping.includes('le');
    if (!dropsLe) return;
    const labels = inner.without ? ['le'] : ['le', ...inner.grouping];
    const fix = `histogram_quantile(${printQuery(phi)}, ${inner.operator} by (${labels.join(', ')}) (${printQuery(inner.expression)}))`;
    report(
      'the aggregation drops the label "le", without which there are no buckets: the result is empty',
      inner.range,
      fix,
    );
  },
};
