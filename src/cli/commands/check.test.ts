import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { needShared } from '../../../test/support/need.ts';
import { runCommand, type CommandModule } from '../command.ts';
import * as check from './check.ts';
import * as promqltest from './promqltest.ts';
import * as test_ from './test.ts';

const folder = mkdtempSync(join(tmpdir(), 'holter-check-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.restoreAllMocks());

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The exit code and what was printed, without the folder. */
async function capture(command: CommandModule, ...args: string[]): Promise<[number, string]> {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line.replaceAll(`${folder}/`, ''));
  vi.spyOn(console, 'log').mockImplementation(print);
  vi.spyOn(console, 'error').mockImplementation(print);
  return [await runCommand('x', command, args), lines.join('\n')];
}

test('check: rule files with their errors', async () => {
  const bad = write('bad.yml', 'groups:\n- name: a\n  rules:\n  - record: b\n    expr: sum(\n    nope: 1\n');
  expect(await capture(check, bad)).toEqual([
    1,
    'bad.yml:6:5: error: unknown field "nope" in a rule of group "a"; known are record, alert, expr, for, keep_firing_for, labels, annotations',
  ]);
  const half = write(
    'half.yml',
    'groups:\n- name: a\n  rules:\n  - {record: b, expr: sum(}\n  - {alert: c, expr: up == 0, annotations: {d: "{{"}}\n  - {alert: e, expr: up}\n',
  );
  const [halfCode, said] = await capture(check, half);
  expect(halfCode).toBe(1);
  expect(said.split('\n').map((line) => line.slice(0, 40))).toEqual([
    'half.yml:4:27: error: could not parse ex',
    'half.yml:5:49: error: annotation "d": un',
    'half.yml:6:22: warning: e: nothing is co',
  ]);
  const good = write('good.yml', 'groups: [{name: a, rules: [{record: b, expr: sum(up)}]}]\n');
  expect(await capture(check, good)).toEqual([0, 'good.yml: nothing found']);
  expect((await capture(check))[0]).toBe(2);
  expect((await capture(check, join(folder, 'none.yml')))[0]).toBe(3);
});

test('check: dashboards, with variables in their expressions', async (context) => {
  const text = JSON.stringify({
    panels: [
      { title: 'ok', targets: [{ expr: 'sum by (job) (rate(a_total{job=~"$job"}[$__rate_interval]))' }] },
      { title: 'bad', targets: [{ expr: 'sum(' }] },
    ],
  });
  const [code, output] = await capture(check, write('board.json', text));
  expect(code).toBe(1);
  expect(output).toContain('panel "bad": 1:5: parse error: unclosed left parenthesis');
  // A variable in an expression may be several values.
  expect(output).not.toContain('panel "ok"');
  expect((await capture(check, write('broken.json', '{')))[1]).toContain('not valid JSON');
  const [, seeds] = await capture(check, needShared(context, 'seeds/dashboard.json'));
  expect(seeds).toContain('panel "错误率": each series of http_requests_total{status=~"5.."} is divided by itself');
});

test('promqltest: counts, failures with their places, exit codes', async () => {
  const script = write('a.test', 'load 1m\n  a 1 2\n\neval instant at 1m a\n  a 2\n\neval instant at 1m a\n  a 3\n');
  const [code, output] = await capture(promqltest, script);
  expect(code).toBe(1);
  expect(output).toContain('a.test:7: a\n    expected 3 for {__name__="a"} but got 2');
  expect(output).toMatch(/total +1 +1 +0 +0$/);
  expect((await capture(promqltest, write('b.test', 'eval instant at 1m 1\n  1\n')))[0]).toBe(0);
  expect((await capture(promqltest, write('c.test', 'nonsense\n')))[1]).toContain('invalid command "nonsense"');
  expect((await capture(promqltest, '--nope'))[0]).toBe(2);
});

test('test rules: finds rule files beside the tests', async () => {
  write('rules.yml', 'groups: [{name: a, rules: [{record: b, expr: sum(up)}]}]\n');
  const tests = write(
    'tests.yml',
    `rule_files: [rule*.yml]
tests:
- input_series: [{series: up, values: '1 1'}]
  promql_expr_test: [{expr: b, eval_time: 1m, exp_samples: [{labels: b, value: 1}]}]
`,
  );
  expect(await capture(test_, 'rules', tests)).toEqual([0, 'tests.yml: 1 passed, 0 failed']);
  expect((await capture(test_, 'rules', write('wrong.yml', 'tests: [{nope: 1}]')))[0]).toBe(1);
  expect((await capture(test_, tests))[0]).toBe(2);
});

test('test rules: some of the tests, differences line by line, results as XML', async () => {
  write('rules.yml', 'groups: [{name: a, rules: [{record: b, expr: sum by (job) (up)}]}]\n');
  const tests = write(
    'tests.yml',
    `rule_files: [rules.yml]
tests:
- name: 好的
  promql_expr_test: [{expr: '1', eval_time: 0m, exp_samples: [{value: 1}]}]
- name: bad one
  input_series: [{series: 'up{job="x"}', values: '1'}, {series: 'up{job="y"}', values: '2'}]
  promql_expr_test:
  - {expr: b, eval_time: 0m, exp_samples: [{labels: 'b{job="x"}', value: 1}, {labels: 'b{job="z"}', value: 2}]}
`,
  );
  expect(await capture(test_, 'rules', '--run', '^nobody', '--run', '好', tests)).toEqual([
    0,
    'tests.yml: 1 passed, 0 failed',
  ]);
  const xml = join(folder, 'results.xml');
  expect(
    await capture(test_, 'rules', '--diff', '--junit', xml, tests, write('wrong.yml', 'tests: [{nope: 1}]')),
  ).toEqual([
    1,
    `FAILED bad one
tests.yml:8:5: expression b at 0s
      {__name__="b", job="x"} 1
    - {__name__="b", job="z"} 2
    + {__name__="b", job="y"} 2
tests.yml: 1 passed, 1 failed
wrong.yml:1:10: unknown field "nope" in a test; known are name, interval, input_series, alert_rule_test, promql_expr_test, external_labels, external_url, start_timestamp`,
  ]);
  const results = readFileSync(xml, 'utf8');
  expect(results).toContain('tests="2" failures="1" errors="0"');
  expect(results).toContain('<testcase name="好的"></testcase><testcase name="bad one"><failure>expression b at 0s');
  expect(results).toContain('tests="1" failures="0" errors="1"');
  expect((await capture(test_, 'rules', '--run', '(', tests))[0]).toBe(2);
  expect((await capture(test_, 'rules', '--junit', join(folder, 'no', 'x.xml'), tests))[0]).toBe(3);
  expect((await capture(test_, 'rules', write('twice.yml', 'group_eval_order: [a, b, a]\n')))[1]).toContain(
    'the group "a" stands twice in group_eval_order',
  );
});
