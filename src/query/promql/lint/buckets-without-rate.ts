import { metricOf, unwrap } from './series-shape.ts';
import type { ExpressionCheck } from './check.ts';
import { printQuery } from '../print.ts';

export const bucketsWithoutRate: ExpressionCheck = {
  name: 'buckets-without-rate',
  summary: 'histogram_quantile over counters since the start of the process, not over a recent window',
  check: (node, _around, report) => {
    if (node.kind !== 'call' || node.function.name !== 'histogram_quantile') return;
    const [phi, argument] = node.arguments;
    if (phi === undefined || argument === undefined) return;
    const inner = unwrap(argument);
    const source = inner.kind === 'aggregation' ? unwrap(inner.expression) : inner;
    if (source.kind !== 'vector' || !metricOf(source).endsWith('_bucket')) return;
    const fix = `histogram_quantile(${printQuery(phi)}, sum by (le) (rate(${printQuery(source)}[5m])))`;
    report(
      `histogram_quantile reads the raw counters of ${metricOf(source)}: the quantile of everything since the process began, ` +
        `for each series by itself; take rate() over a window and sum by (le) before`,
      node.range,
      fix,
    );
  },
};
