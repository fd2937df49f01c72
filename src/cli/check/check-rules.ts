// Rule files: syntax, unknown fields, expressions and templates, and what the alerts mean.
import { lintRules } from '../../alerting/lint/lint-rules.ts';
import { compileRuleFile } from '../../alerting/rule/compile-rule-file.ts';
import { parseRuleFile } from '../../config/rules/parse-rule-file.ts';
import type { LanguageOptions } from '../../query/promql/options.ts';
import type { Remark } from './remark.ts';

/** Errors with their places, or the findings of the lint. */
export function checkRules(text: string, language: LanguageOptions): Remark[] {
  const file = parseRuleFile(text);
  const compiled = file.ok ? compileRuleFile(file.value, language) : file;
  if (!compiled.ok) return compiled.error.map((problem) => ({ ...problem, level: 'error' }));
  return lintRules(compiled.value).map(({ line, column, check, rule, message, fix }) => ({
    line,
    column,
    level: 'warning',
    message: `${rule}: ${message} [${check}]`,
    fix,
  }));
}
