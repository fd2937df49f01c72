import { expect, test } from 'vitest';
import { firingStretches } from './firing-stretches.ts';
import type { Rule } from './prometheus.ts';
import { countStates, selectRules, stateOf } from './rule-list.ts';

const rule = (name: string, more: Partial<Rule>): Rule => ({
  type: 'alerting',
  name,
  query: 'up == 0',
  health: 'ok',
  evaluationTime: 0,
  lastEvaluation: '',
  ...more,
});
const group = (name: string, ...rules: Rule[]) => ({
  name,
  file: 'a.yml',
  rules,
  interval: 15,
  evaluationTime: 0,
  lastEvaluation: '',
});
const groups = [
  group('quiet', rule('Low', { state: 'inactive' }), rule('job:x', { type: 'recording' })),
  group(
    'loud',
    rule('High', { state: 'firing', labels: { team: '支付' } }),
    rule('Broken', { state: 'firing', health: 'err' }),
  ),
];

test('rules are counted and found by state and by words; groups with trouble come first', () => {
  expect(countStates(groups)).toEqual({ firing: 1, pending: 0, inactive: 1, wrong: 1 });
  expect(stateOf(groups[0]!.rules[1]!)).toBe('recording');
  expect(selectRules(groups, {}).map(({ group: { name } }) => name)).toEqual(['loud', 'quiet']);
  expect(selectRules(groups, { state: 'wrong' })[0]?.rules[0]).toMatchObject({ place: 1, rule: { name: 'Broken' } });
  expect(selectRules(groups, { find: '支付 high' })[0]?.rules.map(({ rule: { name } }) => name)).toEqual(['High']);
  expect(selectRules(groups, { find: 'nothing' })).toEqual([]);
});

test('stretches join what any alert of the rule was', () => {
  const series = (alertstate: string, ...times: number[]) => ({
    labels: { alertstate },
    times,
    values: times.map(() => 1),
  });
  expect(
    firingStretches([series('pending', 0, 10), series('firing', 20, 30, 60), series('firing', 30, 40)], 10),
  ).toEqual([
    { from: 0, to: 20, tone: 'warning' },
    { from: 20, to: 50, tone: 'error' },
    { from: 60, to: 70, tone: 'error' },
  ]);
});
