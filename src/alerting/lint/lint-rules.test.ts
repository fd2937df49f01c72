import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { needShared } from '../../../test/support/need.ts';
import { parseRuleFile } from '../../config/rules/parse-rule-file.ts';
import { stockOptions } from '../../query/promql/options.ts';
import { readQuery } from '../../query/promql/query.ts';
import { compileRuleFile } from '../rule/compile-rule-file.ts';
import { lintRules, type RuleFinding } from './lint-rules.ts';

function lint(text: string): readonly RuleFinding[] {
  const file = parseRuleFile(text);
  const compiled = file.ok ? compileRuleFile(file.value, stockOptions) : file;
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  const findings = lintRules(compiled.value);
  for (const { fix } of findings) expect(fix === undefined || readQuery(fix).ok, fix).toBe(true);
  return findings;
}

const alert = (expr: string, more = ''): string[] =>
  lint(`groups: [{name: g, rules: [{alert: A, expr: '${expr}'${more}}]}]`).map(({ check, fix }) =>
    fix === undefined ? check : `${check}: ${fix}`,
  );

test('the users’ own alerts: no share, no window, once a series', (context) => {
  const findings = lint(readFileSync(needShared(context, 'seeds/alerts.yml'), 'utf8'));
  expect(findings.map(({ line, column, rule, check, fix }) => `${line}:${column} ${rule} ${check}: ${fix}`)).toEqual([
    '8:15 HighErrorRate rate-is-no-ratio: sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.05',
    '18:15 HighResponseTime buckets-without-rate: histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))',
    '28:15 LowRequestRate fires-once-a-series: sum by (job) (rate(http_requests_total[5m])) < 1',
  ]);
  expect(findings[0]?.message).toContain('0.05 events a second, not 5 %');
});

test('alerts that fire always, or come and go', () => {
  expect(alert('up')).toEqual(['no-condition']);
  expect(alert('up == bool 0')).toEqual(['no-condition']);
  expect(alert('absent(up)')).toEqual(['absent-without-for']);
  expect(alert('topk(3, temperature) > 5')).toEqual(['fragile-top']);
  expect(alert('temperature > 5', ', labels: {v: "{{ $value }}"}')).toEqual(['value-in-label']);
  expect(
    alert('sum by (job) (temperature) > 5', ', annotations: {a: "{{ $labels.instance }} {{ $labels.job }}"}'),
  ).toEqual(['lost-label']);
});

test('is silent on what is right', () => {
  expect(alert('up == 0')).toEqual([]);
  expect(alert('absent(up)', ', for: 5m')).toEqual([]);
  expect(alert('vector(1)')).toEqual([]);
  expect(alert('a > 5 and on (job) b')).toEqual([]);
  expect(alert('sum(rate(a_total{code="5"}[5m])) / sum(rate(a_total[5m])) > 0.05', ', annotations: {a: "5%"}')).toEqual(
    [],
  );
  expect(alert('rate(errors_total{code="5"}[5m]) > 20', ', annotations: {a: "error rate"}')).toEqual([]);
});

test('rules that stand twice', () => {
  const text = `groups: [{name: g, rules: [
    {record: a, expr: up},
    {record: a, expr: up * 2},
    {record: a, expr: up, labels: {x: y}}]}]`;
  expect(lint(text).map(({ line, check }) => `${line} ${check}`)).toEqual(['3 duplicate-rule']);
});

test('groups: intervals, the order of rules, what is no template', () => {
  const findings = (group: string): string[] =>
    lint(`groups: [{name: g, ${group}}]`).map(({ check, rule, line, column }) => `${check} ${rule} ${line}:${column}`);
  expect(findings('interval: 10m, rules: [{record: a, expr: up}]')).toEqual(['long-interval a 1:43']);
  expect(findings('interval: 1m, rules: [{alert: A, expr: up == 0, for: 30s}]')).toEqual(['for-below-interval A 1:42']);
  expect(findings('rules: [{alert: A, expr: "b > 1"}, {record: b, expr: up}]')).toEqual(['reads-later-rule A 1:46']);
  expect(findings('rules: [{record: b, expr: up}, {alert: A, expr: "b > 1"}]')).toEqual([]);
  expect(findings('rules: [{record: b, expr: up, labels: {x: "{{ $value }}"}}]')).toEqual([
    'template-in-recording b 1:28',
  ]);
});
