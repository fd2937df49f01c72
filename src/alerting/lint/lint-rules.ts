// The checks of rules: of their expressions, and for alerts of what they are meant to say. A new one is a file and one line in the list.
import type { AlertingRule, FileProblem } from '../../config/rules/rule-file.ts';
import type { Finding } from '../../query/promql/lint/check.ts';
import { lintExpression } from '../../query/promql/lint/lint-expression.ts';
import { placeWithin, type CompiledGroup, type CompiledRule } from '../rule/compile-rule-file.ts';
import { absentWithoutFor } from './absent-without-for.ts';
import type { AlertCheck, GroupCheck } from './check.ts';
import { firesOnceASeries } from './fires-once-a-series.ts';
import { forBelowInterval } from './for-below-interval.ts';
import { fragileTop } from './fragile-top.ts';
import { longInterval } from './long-interval.ts';
import { lostLabel } from './lost-label.ts';
import { noCondition } from './no-condition.ts';
import { rateIsNoRatio } from './rate-is-no-ratio.ts';
import { readsLaterRule } from './reads-later-rule.ts';
import { templateInRecording } from './template-in-recording.ts';
import { valueInLabel } from './value-in-label.ts';

export const alertChecks: readonly AlertCheck[] = [
  absentWithoutFor,
  firesOnceASeries,
  fragileTop,
  lostLabel,
  noCondition,
  rateIsNoRatio,
  valueInLabel,
];

export const groupChecks: readonly GroupCheck[] = [forBelowInterval, longInterval, readsLaterRule, templateInRecording];

/** A finding with its place in the file and the rule that it is about. */
export interface RuleFinding extends FileProblem {
  readonly check: string;
  readonly rule: string;
  readonly fix: string | undefined;
}

const isAlerting = (compiled: CompiledRule): compiled is CompiledRule<AlertingRule> =>
  compiled.rule.kind === 'alerting';

function nameOf({ rule }: CompiledRule): string {
  return rule.kind === 'alerting' ? rule.alert : rule.record;
}

function findDuplicates(groups: readonly CompiledGroup[]): RuleFinding[] {
  const first = new Map<string, CompiledRule>();
  const findings: RuleFinding[] = [];
  for (const compiled of groups.flatMap(({ rules }) => rules)) {
    const { rule, labels, query } = compiled;
    const isRecording = rule.kind === 'recording';
    const key = JSON.stringify([
      nameOf(compiled),
      [...labels].toSorted(([left], [right]) => (left < right ? -1 : 1)),
      isRecording ? '' : query.text.trim(),
    ]);
    const before = first.get(key);
    if (before === undefined) first.set(key, compiled);
    else {
      const where = `line ${before.rule.place.line}`;
      const message = isRecording
        ? `the same series are recorded by another rule (${where}); which value is kept is not defined`
        : `the same rule stands in ${where}`;
      findings.push({ ...rule.place, check: 'duplicate-rule', rule: nameOf(compiled), message, fix: undefined });
    }
  }
  return findings;
}

function lintGroup(group: CompiledGroup): RuleFinding[] {
  const findings: RuleFinding[] = [];
  for (const { name, check } of groupChecks)
    check(group, (compiled, message, range) => {
      const { expression, place } = compiled.rule;
      const at = range === undefined ? place : placeWithin(expression, range.start);
      findings.push({ ...at, check: name, rule: nameOf(compiled), message, fix: undefined });
    });
  return findings;
}

/** Everything that the checks say of the rules of a file, in the order of the places. */
export function lintRules(groups: readonly CompiledGroup[]): readonly RuleFinding[] {
  const findings = [...findDuplicates(groups), ...groups.flatMap(lintGroup)];
  for (const compiled of groups.flatMap(({ rules }) => rules)) {
    const found: Finding[] = [...lintExpression(compiled.query.expression)];
    if (isAlerting(compiled)) {
      for (const { name, check } of alertChecks)
        check(compiled, (message, range, fix) => found.push({ check: name, message, range, fix }));
    }
    for (const { check, message, range, fix } of found)
      findings.push({
        ...placeWithin(compiled.rule.expression, range.start),
        check,
        rule: nameOf(compiled),
        message,
        fix,
      });
  }
  return findings.toSorted((left, right) => left.line - right.line || left.column - right.column);
}
