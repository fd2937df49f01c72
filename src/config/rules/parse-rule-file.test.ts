import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { needShared } from '../../../test/support/need.ts';
import { parseRuleFile } from './parse-rule-file.ts';

function problems(text: string): string[] {
  const file = parseRuleFile(text);
  return file.ok ? [] : file.error.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

test('reads groups, rules and where their expressions stand', () => {
  const file = parseRuleFile(`groups:
  - name: 订单
    interval: 1m30s
    limit: 10
    labels: { team: shop }
    rules:
      - record: job:requests:rate5m
        expr: sum by (job) (rate(requests_total[5m]))
        labels: { kind: 1 }
      - alert: Slow
        expr: |
          latency > 1
        for: 5m
        keep_firing_for: 10m
        annotations:
          summary: "{{ $labels.job }} is slow"
`);
  if (!file.ok) throw new Error(JSON.stringify(file.error));
  const [group] = file.value.groups;
  expect(group).toMatchObject({ name: '订单', intervalMs: 90_000, limit: 10, queryOffsetMs: undefined });
  expect(group?.labels.get('team')?.text).toBe('shop');
  const [recording, alerting] = group?.rules ?? [];
  expect(recording).toMatchObject({
    kind: 'recording',
    record: 'job:requests:rate5m',
    expression: { place: { line: 8, column: 15 } },
  });
  expect(recording?.labels.get('kind')?.text).toBe('1');
  expect(alerting).toMatchObject({
    kind: 'alerting',
    alert: 'Slow',
    forMs: 300_000,
    keepFiringForMs: 600_000,
    expression: { text: 'latency > 1\n', place: { line: 12, column: 11 }, indent: 10 },
  });
});

test('the users’ own file', (context) => {
  const file = parseRuleFile(readFileSync(needShared(context, 'seeds/alerts.yml'), 'utf8'));
  expect(file.ok && file.value.groups.flatMap(({ rules }) => rules).length).toBeGreaterThan(0);
});

test('says everything that is wrong, and where', () => {
  const rule = (text: string): string => `groups:\n- name: a\n  rules:\n  - ${text}\n`;
  expect(problems('groups:\n- name: a\n- name: a\n')).toEqual(['3:3 groupname: "a" is repeated in the same file']);
  expect(problems('groups:\n- rules: []\n')).toEqual(['2:3 Groupname must not be empty']);
  expect(problems('group: []\n')).toEqual(['1:1 unknown field "group" in a rule file; known are groups']);
  expect(problems(rule('record: a\n    alert: b\n    expr: c'))).toEqual([
    '4:5 only one of "record" and "alert" must be set',
  ]);
  expect(problems(rule('alert: a'))).toEqual(['4:5 field "expr" must be set in rule']);
  expect(problems(rule('record: a\n    expr: b\n    for: 5m'))).toEqual(['6:10 invalid field "for" in recording rule']);
  expect(problems(rule('alert: a\n    expr: b\n    for: 5x'))).toEqual(['6:10 for: unknown unit "x" in duration "5x"']);
  expect(problems(rule('alert: a\n    expr: b\n    labels: { __name__: x }'))).toEqual([
    '6:15 invalid name "__name__" in labels',
  ]);
  expect(problems('groups:\n\t- name: a\n')[0]).toContain('2:1');
  expect(problems('groups:\n- name: a\n  name: b\n')[0]).toContain('3:3');
  expect(problems('- a\n')).toEqual(['1:1 expected a mapping for a rule file, got a list']);
  expect(problems('')).toEqual([]);
});
