import { METRIC_NAME } from '../../../model/labels.ts';
import { childrenOf, type Expression, type VectorSelector } from '../../../query/promql/ast.ts';
import type { Report } from '../../../query/promql/lint/check.ts';
import { metricOf } from '../../../query/promql/lint/series-shape.ts';
import { Matcher } from '../../../query/promql/matcher.ts';
import type { LiveCheck } from './live-check.ts';
import type { LiveMetrics } from './live-metrics.ts';

/** Written by the rules themselves, when there is something to write. */
const OWN_METRICS = new Set(['ALERTS', 'ALERTS_FOR_STATE']);
const ABSENCE = new Set(['absent', 'absent_over_time']);

/** The selectors that are expected to find something. */
function expectedSelectors(node: Expression): VectorSelector[] {
  if (node.kind === 'vector') return [node];
  if (node.kind === 'call' && ABSENCE.has(node.function.name)) return [];
  return childrenOf(node).flatMap(expectedSelectors);
}

async function explain(selector: VectorSelector, metric: string, live: LiveMetrics, report: Report): Promise<void> {
  const { matchers, range } = selector;
  const byName = Matcher.equal(METRIC_NAME, metric);
  if (!(await live.hasSeries([byName]))) {
    report(`no series is called ${metric}, nor was in the last day`, range);
    return;
  }
  for (const matcher of matchers) {
    if (matcher.name === METRIC_NAME || (await live.hasSeries([byName, matcher]))) continue;
    const any = Matcher.make(matcher.name, '!=', '');
    const hasLabel = any.ok && (await live.hasSeries([byName, any.value]));
    const reason = hasLabel ? `has no series with ${String(matcher)}` : `has no label "${matcher.name}"`;
    report(`${metric} ${reason}, nor had in the last day`, range);
    return;
  }
  report(`${metric} has no series that fits all of the conditions, nor had in the last day`, range);
}

export const absentMetric: LiveCheck = {
  name: 'absent-metric',
  summary: 'a metric, a label or a value that the server does not have',
  check: async ({ expression, recorded }, live, report) => {
    for (const selector of expectedSelectors(expression)) {
      const metric = metricOf(selector);
      if (metric === '' || recorded.has(metric) || OWN_METRICS.has(metric)) continue;
      if (!(await live.hasSeries(selector.matchers))) await explain(selector, metric, live, report);
    }
  },
};
