// What a check with a server is: it looks at one expression, and at the rule around it when there is one.
import type { Expression } from '../../../query/promql/ast.ts';
import type { Report } from '../../../query/promql/lint/check.ts';
import type { CompiledRule } from '../../rule/compile-rule-file.ts';
import type { LiveMetrics } from './live-metrics.ts';

export interface LiveSubject {
  readonly expression: Expression;
  /** Undefined in a dashboard. */
  readonly compiled: CompiledRule | undefined;
  /** Metrics that rules of the checked files record, and that need not be there yet. */
  readonly recorded: ReadonlySet<string>;
}

export interface LiveCheck {
  readonly name: string;
  readonly summary: string;
  readonly check: (subject: LiveSubject, live: LiveMetrics, report: Report) => Promise<void>;
}
