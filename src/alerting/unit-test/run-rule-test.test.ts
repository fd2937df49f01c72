import { expect, test } from 'vitest';
import { parseRuleFile } from '../../config/rules/parse-rule-file.ts';
import { parseRuleTest } from '../../config/rules/parse-rule-test.ts';
import { stockOptions } from '../../query/promql/options.ts';
import { compileRuleFile } from '../rule/compile-rule-file.ts';
import { runRuleTest, type RuleTestResult } from './run-rule-test.ts';

const rules = `
groups:
- name: example
  interval: 1m
  labels: {team: shop}
  rules:
  - record: job:up:sum
    expr: sum by (job) (up)
    labels: {kind: total}
  - alert: InstanceDown
    expr: up == 0
    for: 5m
    keep_firing_for: 3m
    labels:
      severity: page
      who: "{{ $labels.instance | stripPort }}"
    annotations:
      summary: "{{ $labels.instance }} of {{ $labels.job }} is down: {{ $value }} in {{ $externalLabels.zone }}"
      all: "{{ range query \\"up\\" }}{{ .Labels.instance }}={{ .Value }};{{ end }}"
  - alert: Rates
    expr: rate(requests_total[5m]) > 1
    annotations: {v: '{{ printf "%.3f" $value }} {{ humanizePercentage $value }}'}
- name: second
  rules:
  - record: alerts:count
    expr: count by (alertstate) (ALERTS)
`;

const header = `
evaluation_interval: 1m
tests:
- name: main
  external_labels: {zone: cn}
  input_series:
  - {series: 'up{job="api", instance="a:9090"}', values: '1 1 0x9 1x10'}
  - {series: 'up{job="api", instance="b:9090"}', values: 1x30}
  - {series: 'requests_total{job="api"}', values: '0+120x10 _x5 stale 5 10'}
`;

async function run(cases: string, ruleText = rules): Promise<readonly RuleTestResult[]> {
  const file = parseRuleTest(header + cases);
  const groups = parseRuleFile(ruleText);
  if (!file.ok || !groups.ok) throw new Error(JSON.stringify([file, groups]));
  const compiled = compileRuleFile(groups.value, stockOptions);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return runRuleTest(file.value, compiled.value, stockOptions);
}

const down = `
    - exp_labels: {severity: page, team: shop, who: a, instance: 'a:9090', job: api}
      exp_annotations: {summary: 'a:9090 of api is down: 0 in cn', all: 'a:9090=0;b:9090=1;'}`;

test('alerts wait, fire, are kept, resolve; recording rules feed later ones', async () => {
  const [result] = await run(`
  alert_rule_test:
  - {eval_time: 5m, alertname: InstanceDown}
  - eval_time: 8m
    alertname: InstanceDown
    exp_alerts: ${down}
  - eval_time: 13m30s
    alertname: InstanceDown
    exp_alerts: ${down}
  - {eval_time: 16m, alertname: InstanceDown}
  - eval_time: 6m
    alertname: Rates
    exp_alerts: [{exp_labels: {job: api, team: shop}, exp_annotations: {v: "2.000 200%"}}]
  promql_expr_test:
  - expr: job:up:sum
    eval_time: 4m
    exp_samples: [{labels: 'job:up:sum{job="api", kind="total", team="shop"}', value: 1}]
  - expr: alerts:count
    eval_time: 8m
    exp_samples: [{labels: 'alerts:count{alertstate="firing"}', value: 2}]
  - {expr: 'ALERTS{alertname="InstanceDown"}', eval_time: 17m, exp_samples: []}
  - expr: ALERTS_FOR_STATE{alertname="InstanceDown"} * 1
    eval_time: 8m
    exp_samples: [{labels: '{alertname="InstanceDown", instance="a:9090", job="api", severity="page", team="shop", who="a"}', value: 120}]
`);
  expect(result?.problems).toEqual([]);
});

test('a difference shows both sides', async () => {
  const [result] = await run(`
  alert_rule_test:
  - {eval_time: 0m, alertname: InstanceDown, exp_alerts: [{exp_labels: {a: b}}]}
  promql_expr_test:
  - {expr: 'up', eval_time: 1m, exp_samples: [{labels: 'up{job="x"}', value: .nan}]}
  - {expr: 'up[', eval_time: 1m}
`);
  expect(result?.problems.map(({ line, message }) => `${line} ${message}`)).toEqual([
    '12 alert InstanceDown at 0s\n    expected:\n      {a="b", alertname="InstanceDown"}\n        {}\n    got:\n      none',
    '14 expression up at 1m\n    expected:\n      {__name__="up", job="x"} NaN\n    got:\n' +
      '      {__name__="up", instance="a:9090", job="api"} 1\n      {__name__="up", instance="b:9090", job="api"} 1',
    '15 expression up[ at 1m: 1:4: parse error: unexpected end of input in duration expression',
  ]);
});

test('duplicates and limits are errors of the rule', async () => {
  const f = async (text: string): Promise<string | undefined> =>
    (await run("\n  promql_expr_test: [{expr: '1', eval_time: 0m}]", `groups: [{name: g, ${text}}]`))[0]?.problems[0]
      ?.message;
  expect(await f('rules: [{record: a, expr: "up", labels: {instance: x}}]')).toBe(
    'rule a, time 0s: vector contains metrics with the same labelset after applying rule labels',
  );
  expect(await f('rules: [{alert: a, expr: "up", labels: {instance: x}}]')).toBe(
    'rule a, time 0s: vector contains metrics with the same labelset after applying alert labels',
  );
  expect(await f('limit: 1, rules: [{record: a, expr: "up"}]')).toBe(
    'rule a, time 0s: exceeded limit of 1 with 2 series',
  );
  expect(await f('limit: 1, rules: [{alert: a, expr: "up"}]')).toBe(
    'rule a, time 0s: exceeded limit of 1 with 2 alerts',
  );
});

test('a broken template is shown in its place and does not keep the alert from firing', async () => {
  const [result] = await run(
    `
  alert_rule_test:
  - eval_time: 0m
    alertname: A
    exp_alerts: [{exp_labels: {}, exp_annotations: {a: "<error expanding template: error executing template __alert_A: error calling humanize: can't convert x to float>"}}]
`,
    `groups: [{name: g, rules: [{alert: A, expr: vector(1), annotations: {a: '{{ humanize "x" }}'}}]}]`,
  );
  expect(result?.problems).toEqual([]);
});
