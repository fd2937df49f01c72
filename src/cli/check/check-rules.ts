// Rule files: syntax, unknown fields, expressions and templates, and what the alerts mean; with a server, whether they can mean it.
import { lintLive } from '../../alerting/lint/live/lint-live.ts';
import { lintRules } from '../../alerting/lint/lint-rules.ts';
import { compileRules, placeWithin, type CompiledGroup } from '../../alerting/rule/compile-rule-file.ts';
import { ruleName } from '../../alerting/schedule/group-identity.ts';
import { parseRuleFile } from '../../config/rules/parse-rule-file.ts';
import type { CheckContext, Remark } from './remark.ts';

async function askServer(
  groups: readonly CompiledGroup[],
  { live, recorded }: Pick<CheckContext, 'live' | 'recorded'>,
): Promise<Remark[]> {
  if (live === undefined) return [];
  const remarks: Remark[] = [];
  for (const compiled of groups.flatMap(({ rules }) => rules)) {
    const { expression } = compiled.query;
    for (const { range, message, ...rest } of await lintLive({ expression, compiled, recorded }, live)) {
      const place = placeWithin(compiled.rule.expression, range.start);
      remarks.push({ ...place, ...rest, level: 'warning', message: `${ruleName(compiled)}: ${message}` });
    }
  }
  return remarks;
}

/** Errors with their places, and the findings of the lint in the rules that have none. */
export async function checkRules(text: string, context: CheckContext): Promise<Remark[]> {
  const file = parseRuleFile(text);
  if (!file.ok) return file.error.map((problem) => ({ ...problem, level: 'error' }));
  const { groups, problems } = compileRules(file.value, context.language);
  const findings = lintRules(groups).map(({ line, column, check, rule, message, fix }) => ({
    line,
    column,
    level: 'warning' as const,
    message: `${rule}: ${message}`,
    check,
    fix,
  }));
  return [
    ...problems.map((problem) => ({ ...problem, level: 'error' as const })),
    ...file.value.warnings.map((warning) => ({ ...warning, level: 'warning' as const })),
    ...findings,
    ...(await askServer(groups, context)),
  ];
}
