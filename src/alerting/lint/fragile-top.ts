import { findCondition } from './condition.ts';
import { unwrap } from '../../query/promql/lint/series-shape.ts';
import type { AlertCheck } from './check.ts';

export const fragileTop: AlertCheck = {
  name: 'fragile-top',
  summary: 'an alert over topk or bottomk forgets its time whenever the ranks change',
  check: ({ query, rule }, report) => {
    const value = findCondition(query.expression)?.value ?? unwrap(query.expression);
    if (value.kind !== 'aggregation' || !['topk', 'bottomk', 'limitk'].includes(value.operator)) return;
    const wait = rule.forMs > 0 ? ', and "for" begins anew each time' : '';
    report(
      `which series ${value.operator} gives changes from evaluation to evaluation: alerts come and go${wait}`,
      value.range,
    );
  },
};
