// What a lint check of an alerting rule is: it knows the rule around the expression, its name and its texts.
import type { CompiledGroup, CompiledRule } from '../rule/compile-rule-file.ts';
import type { AlertingRule } from '../../config/rules/rule-file.ts';
import type { Range } from '../../query/promql/position.ts';
import type { Report } from '../../query/promql/lint/check.ts';

export interface AlertCheck {
  readonly name: string;
  readonly summary: string;
  /** Ranges are within the expression. */
  readonly check: (compiled: CompiledRule<AlertingRule>, report: Report) => void;
}

/** What a lint check of a group is: it knows all rules of it. Without a range the finding stands at the rule. */
export interface GroupCheck {
  readonly name: string;
  readonly summary: string;
  readonly check: (
    group: CompiledGroup,
    report: (compiled: CompiledRule, message: string, range?: Range) => void,
  ) => void;
}
