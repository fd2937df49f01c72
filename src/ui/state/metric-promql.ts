// What the picked view of a metric shows, as PromQL.
import type { MetricRangeInput } from '../../api/metrics.ts';

const operators: Readonly<Record<string, string>> = { eq: '=', ne: '!=', re: '=~', nre: '!~' };
const isPlain = (name: string): boolean => /^[a-zA-Z_:][\w:]*$/.test(name);

/** Matchers without the metric's name. */
function selectorOf(metric: string, matchers: MetricRangeInput['matchers']): string {
  const pairs = matchers.map(({ name, op, value }) => {
    const label = /^[a-zA-Z_]\w*$/.test(name) ? name : JSON.stringify(name);
    return `${label}${operators[op] ?? '='}${JSON.stringify(value)}`;
  });
  if (isPlain(metric)) return pairs.length === 0 ? metric : `${metric}{${pairs.join(', ')}}`;
  return `{${[JSON.stringify(metric), ...pairs].join(', ')}}`;
}

/** Rates are added up by a label, levels averaged. */
export function metricAsPromql(
  metric: string,
  matchers: MetricRangeInput['matchers'],
  isRate: boolean,
  by: string | undefined,
): string {
  const selector = selectorOf(metric, matchers);
  const series = isRate ? `rate(${selector}[$__rate_interval])` : selector;
  if (by === undefined) return series;
  const label = /^[a-zA-Z_]\w*$/.test(by) ? by : JSON.stringify(by);
  return `${isRate ? 'sum' : 'avg'} by (${label}) (${series})`;
}
