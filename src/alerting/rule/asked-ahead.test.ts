import { expect, test } from 'vitest';
import { loadRules } from '../../../test/support/rule-world.ts';
import { ok } from '../../base/result.ts';
import { Labels } from '../../model/labels.ts';
import { findNeeded } from './asked-ahead.ts';
import { InputsIncomplete, type RuleQuery } from './evaluate-rule.ts';
import { RuleGroupRun } from './rule-group-run.ts';

const groupOf = (...rules: readonly string[]) =>
  loadRules(`groups: [{name: g, rules: [${rules.join(', ')}]}]`).groups[0]!;

test('a rule waits for the last one before it whose series it may read', () => {
  const { rules } = groupOf(
    '{record: a, expr: x}',
    '{record: b, expr: x}',
    '{record: c, expr: "a + y"}',
    '{alert: A, expr: "{job=\\"any\\"}"}',
    '{record: d, expr: "{__name__=\\"b\\"} or c"}',
    '{record: a, expr: ALERTS}',
    '{record: e, expr: "sum(rate(a[5m]))"}',
    '{record: f, expr: vector(1)}',
    '{record: target_info, expr: x}',
    '{record: g, expr: info(x)}',
  );
  expect(findNeeded(rules)).toEqual([0, 0, 1, 3, 3, 4, 6, 0, 0, 9]);
});

/** Says what happens: `ask x` and `write a`; answers come only when everybody waits. */
async function follow(rules: readonly string[], failing?: string): Promise<string[]> {
  const run = new RuleGroupRun(groupOf(...rules));
  const events: string[] = [];
  const query: RuleQuery = async ({ text }) => {
    events.push(`ask ${text}`);
    await new Promise((resolve) => setImmediate(resolve));
    if (text === failing) throw new InputsIncomplete('away');
    return ok([{ labels: Labels.from({ one: text }), value: 1 }]);
  };
  const context = { query, externalLabels: new Map<string, string>(), externalUrl: '' };
  await run.evaluate(0, context, {
    write: (samples) => void events.push(`write ${samples[0]!.labels.metricName}`),
    evaluated: ({ health }) => health === 'ok' || events.push(health),
  });
  return events;
}

test('rules that read nothing of each other are asked together and written in their order', async () => {
  const rules = ['{record: a, expr: x}', '{record: b, expr: y}', '{record: c, expr: z}'];
  expect(await follow(rules)).toEqual(['ask x', 'ask y', 'ask z', 'write a', 'write b', 'write c']);
});

test('what reads a rule is asked when that is written', async () => {
  const rules = ['{record: a, expr: x}', '{record: b, expr: y}', '{record: c, expr: a}', '{record: d, expr: z}'];
  expect(await follow(rules)).toEqual(['ask x', 'ask y', 'write a', 'ask a', 'ask z', 'write b', 'write c', 'write d']);
});

test('what cannot be answered is told of the rule that asked', async () => {
  const rules = ['{record: a, expr: x}', '{record: b, expr: y}', '{record: c, expr: z}'];
  expect(await follow(rules, 'y')).toEqual(['ask x', 'ask y', 'ask z', 'write a', 'unknown', 'write c']);
});

test('of a large group only the next few are asked', async () => {
  const rules = Array.from({ length: 30 }, (_, place) => `{record: r${place}, expr: x${place}}`);
  const events = await follow(rules);
  expect(events.indexOf('write r0')).toBe(8);
  expect(events.filter((event) => event.startsWith('ask'))).toHaveLength(30);
});
