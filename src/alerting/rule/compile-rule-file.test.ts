import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { needShared } from '../../../test/support/need.ts';
import { parseRuleFile } from '../../config/rules/parse-rule-file.ts';
import { stockOptions } from '../../query/promql/options.ts';
import { compileRuleFile } from './compile-rule-file.ts';

function problems(text: string): string[] {
  const file = parseRuleFile(text);
  if (!file.ok) throw new Error(JSON.stringify(file.error));
  const compiled = compileRuleFile(file.value, stockOptions);
  return compiled.ok ? [] : compiled.error.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

test('points at the place inside of an expression, and at templates', () => {
  const text = `groups:
- name: a
  rules:
  - record: b
    expr: sum(rate(foo))
  - alert: c
    expr: |
      1 +
      nope(2)
    labels: { d: "{{ $x }}" }
    annotations: { e: "{{ nope }}" }
`;
  expect(problems(text)).toEqual([
    '5:20 could not parse expression: expected type range vector in call to function "rate", got instant vector',
    '10:19 label "d": line 1: undefined variable "$x"',
    '11:24 annotation "e": line 1: function "nope" not defined',
    '9:7 could not parse expression: unknown function with name "nope"',
  ]);
});

test('labels of a group go to its rules, which may override them', () => {
  const file = parseRuleFile(
    'groups: [{ name: a, labels: { x: "1", y: "2" }, rules: [{ record: b, expr: c, labels: { y: "3" } }] }]',
  );
  const compiled = file.ok ? compileRuleFile(file.value, stockOptions) : undefined;
  expect(compiled?.ok && Object.fromEntries(compiled.value[0]?.rules[0]?.labels ?? [])).toEqual({ x: '1', y: '3' });
});

test('the users’ own rules compile', (context) => {
  expect(problems(readFileSync(needShared(context, 'seeds/alerts.yml'), 'utf8'))).toEqual([]);
});
