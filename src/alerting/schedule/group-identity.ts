// When a group is the same after a reload, and which of its rules go on where old ones stood.
import { printQuery } from '../../query/promql/print.ts';
import type { CompiledGroup, CompiledRule } from '../rule/compile-rule-file.ts';
import type { RuleGroupRun, RuleRun } from '../rule/rule-group-run.ts';

/** Names of groups are unique within a file only. */
export const groupKey = (file: string, name: string): string => `${file};${name}`;

export const ruleName = ({ rule }: CompiledRule): string => (rule.kind === 'alerting' ? rule.alert : rule.record);

const byName = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
  left < right ? -1 : 1;

/** Rules of equal name and labels go on from each other. */
export function ruleKey(compiled: CompiledRule): string {
  return JSON.stringify([compiled.rule.kind, ruleName(compiled), [...compiled.labels].toSorted(byName)]);
}

function ruleText(compiled: CompiledRule): string {
  const { rule, query } = compiled;
  const more =
    rule.kind === 'alerting'
      ? [
          rule.forMs,
          rule.keepFiringForMs,
          [...rule.annotations].map(([name, { text }]) => [name, text] as const).toSorted(byName),
        ]
      : [];
  return JSON.stringify([ruleKey(compiled), printQuery(query.expression), more]);
}

/** Nothing that decides what the group does has changed. */
export function isSameGroup(left: CompiledGroup, right: CompiledGroup): boolean {
  return (
    left.name === right.name &&
    left.intervalMs === right.intervalMs &&
    left.queryOffsetMs === right.queryOffsetMs &&
    left.limit === right.limit &&
    left.rules.length === right.rules.length &&
    left.rules.every((rule, index) => ruleText(rule) === ruleText(right.rules[index]!))
  );
}

/** Takes alerts and written series over from the group as it was; the series of rules that are gone will end. */
export function takeOver(next: RuleGroupRun, before: RuleGroupRun): void {
  const old = new Map<string, RuleRun[]>();
  for (const run of before.rules) old.set(ruleKey(run.compiled), [...(old.get(ruleKey(run.compiled)) ?? []), run]);
  for (const run of next.rules) {
    const from = old.get(ruleKey(run.compiled))?.shift();
    if (from === undefined) continue;
    const { alerts, written, isRestored, health, error, lastEvaluationMs, durationMs } = from;
    Object.assign(run, { alerts, written, isRestored, health, error, lastEvaluationMs, durationMs });
  }
  const gone = [...old.values()].flat().flatMap(({ written }) => [...written.values()]);
  next.ending = [...before.ending, ...gone];
}
