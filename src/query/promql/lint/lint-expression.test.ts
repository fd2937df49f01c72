import { expect, test } from 'vitest';
import { readQuery } from '../query.ts';
import { lintExpression } from './lint-expression.ts';

/** `check @start-end: fix`, one a finding. */
function f(text: string, ...expected: string[]): void {
  const query = readQuery(text);
  if (!query.ok) throw query.error;
  const shown = lintExpression(query.value.expression).map(
    ({ check, range, fix }) => `${check} @${range.start}-${range.end}${fix === undefined ? '' : `: ${fix}`}`,
  );
  expect(shown, text).toEqual(expected);
  for (const { fix } of lintExpression(query.value.expression))
    expect(fix === undefined || readQuery(fix).ok, fix).toBe(true);
}

test('says what is not meant, with the expression that is', () => {
  f(
    'histogram_quantile(0.95, http_request_duration_seconds_bucket) > 2',
    'buckets-without-rate @0-62: histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))',
  );
  f(
    'rate(http_requests_total{status=~"5.."}[5m]) / rate(http_requests_total[5m])',
    'division-by-itself @0-76: sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))',
  );
  f(
    'histogram_quantile(0.9, sum by (job) (rate(a_bucket[5m])))',
    'quantile-without-le @24-57: histogram_quantile(0.9, sum by (le, job) (rate(a_bucket[5m])))',
  );
  f('errors_total > 5', 'raw-counter @0-12: increase(errors_total[5m])');
  f('sum by (job) (errors_total) > 5', 'raw-counter @14-26: increase(errors_total[5m])');
  f('rate(sum by (job) (a_total)[5m:1m])', 'rate-of-sum @0-35: sum by (job)(rate(a_total[5m]))');
  f('delta(errors_total[5m])', 'change-of-counter @0-23: increase(errors_total[5m])');
  f('max(deriv(errors_total{job="a"}[5m])) > 1', 'change-of-counter @4-36: rate(errors_total{job="a"}[5m])');
  f('up == NaN', 'comparison-with-nan @0-9');
  f('up{job="a",job!="a"}', 'impossible-selector @0-20');
  f('up{job="a",job=~"b.*"} > 1', 'impossible-selector @0-22');
  f('sum by (job) (a) / sum by (instance) (b)', 'impossible-match @0-40');
  f('sum by (job) (a) / on (job, pod) sum by (job) (b) > 1 and on () vector(1)');
  f('sum(a) and on (job) sum by (job) (b)', 'impossible-match @0-36');
  f('up{job=~"api"}', 'needless-regex @0-14');
  f('up{job=~"^api-.+$"}', 'needless-regex @0-19');
  f('up{job=~".*"}', 'needless-regex @0-13');
});

test('is silent on what is right', () => {
  f('histogram_quantile(0.95, sum by (le, job) (rate(a_bucket[5m]))) > 2');
  f('histogram_quantile(0.95, sum without (instance) (rate(a_bucket[5m])))');
  f('sum(rate(a_total{code="5"}[5m])) / sum(rate(a_total[5m])) > 0.05');
  f('rate(a_total{code="5"}[5m]) / ignoring (code) group_left rate(a_total[5m])');
  f('rate(a_total[5m]) / rate(b_total[5m])');
  f('count(errors_total) > 5');
  f('rate(errors_total[5m]) > 5');
  f('up{job=~"api|shop"} == 0');
  f('temperature > 30');
  f('deriv(temperature[5m]) + delta(temperature[5m])');
  f('sum by (job) (a) / ignoring (pod) group_right sum by (job, pod) (b)');
  f('sum by (job) (a) or sum(b)');
  f('up{job="a",job=~"a|b"} == 1');
});
