// What checks may ask of a running server: a Holter, or a Prometheus. All of it is about the last day, or about now.
import type { Labels } from '../../../model/labels.ts';
import type { Expression } from '../../../query/promql/ast.ts';
import type { Matcher } from '../../../query/promql/matcher.ts';

/** What a query takes. */
export interface QueryCost {
  readonly samples: number;
  readonly seconds: number;
}

/** Rejects when the server cannot be asked. A query that fails has no result. */
export interface LiveMetrics {
  /** Some series fits all of the conditions. */
  hasSeries(matchers: readonly Matcher[]): Promise<boolean>;
  /** counter, gauge, histogram …; undefined when nothing is known. */
  typeOf(metric: string): Promise<string | undefined>;
  /** Milliseconds between two samples of the series that fit, as most of them have it. */
  intervalOf(matchers: readonly Matcher[]): Promise<number | undefined>;
  /** The labels of what an expression gives now. */
  evaluate(expression: Expression): Promise<readonly Labels[]>;
  /** The number that an expression gives now; undefined when it gives none. */
  number(expression: string): Promise<number | undefined>;
  costOf(expression: Expression): Promise<QueryCost | undefined>;
  /** How long samples are kept (ms). */
  retention(): Promise<number | undefined>;
  externalLabels(): Promise<ReadonlySet<string>>;
}
