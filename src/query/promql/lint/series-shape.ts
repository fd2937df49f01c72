// What an expression says of counters and labels, as far as its names tell.
import type { Aggregation, Call, Expression, VectorSelector } from '../ast.ts';
import { childrenOf } from '../ast.ts';
import { METRIC_NAME } from '../../../model/labels.ts';
import { printQuery } from '../print.ts';

const counterFunctions: ReadonlySet<string> = new Set(['rate', 'increase', 'irate', 'resets']);

/** Without parentheses around it. */
export function unwrap(expression: Expression): Expression {
  return expression.kind === 'parentheses' ? unwrap(expression.expression) : expression;
}

/** The metric that a selector names, or the empty text. */
export function metricOf(selector: VectorSelector): string {
  if (selector.name !== '') return selector.name;
  return selector.matchers.find(({ name, operator }) => name === METRIC_NAME && operator === '=')?.value ?? '';
}

/** The name is a counter's by convention: `_total`, `_bucket`, `_count`. */
export const isCounterName = (name: string): boolean => /_(?:total|bucket|count)$/.test(name);

/** `rate(…[…])` and its like over a plain selector: the call with its selector. */
export function asCounterRate(expression: Expression): { call: Call; selector: VectorSelector } | undefined {
  const call = unwrap(expression);
  if (call.kind !== 'call' || !counterFunctions.has(call.function.name)) return undefined;
  const [argument] = call.arguments;
  return argument?.kind === 'matrix' ? { call, selector: argument.vector } : undefined;
}

/** All selectors below `expression`. */
export function selectorsBelow(expression: Expression): VectorSelector[] {
  return expression.kind === 'vector' ? [expression] : childrenOf(expression).flatMap(selectorsBelow);
}

/** The conditions of a selector but for its name, as text. */
export function conditionsOf(selector: VectorSelector): Set<string> {
  return new Set(selector.matchers.filter(({ name }) => name !== METRIC_NAME).map(String));
}

/** `sum by (…) (x)` with more or other labels, around the same. */
export function sumBy(labels: readonly string[], expression: Expression): string {
  return `sum${labels.length > 0 ? ` by (${labels.join(', ')})` : ''}(${printQuery(unwrap(expression))})`;
}

/** The aggregation keeps only the labels that it names. */
export const keepsOnly = (node: Aggregation): boolean =>
  !node.without && !['topk', 'bottomk', 'limitk', 'limit_ratio'].includes(node.operator);
