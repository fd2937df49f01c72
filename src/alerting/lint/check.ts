// What a lint check of an alerting rule is: it knows the rule around the expression, its name and its texts.
import type { CompiledRule } from '../rule/compile-rule-file.ts';
import type { AlertingRule } from '../../config/rules/rule-file.ts';
import type { Report } from '../../query/promql/lint/check.ts';

export interface AlertCheck {
  readonly name: string;
  readonly summary: string;
  /** Ranges are within the expression. */
  readonly check: (compiled: CompiledRule<AlertingRule>, report: Report) => void;
}
