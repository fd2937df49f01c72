import { printQuery } from '../../query/promql/print.ts';
import { asCounterRate } from '../../query/promql/lint/series-shape.ts';
import type { AlertCheck } from './check.ts';
import { findCondition } from './condition.ts';

export const firesOnceASeries: AlertCheck = {
  name: 'fires-once-a-series',
  summary: 'a low rate held against a threshold for each label combination by itself',
  check: ({ query }, report) => {
    const condition = findCondition(query.expression);
    if (condition === undefined || !['<', '<='].includes(condition.node.operator)) return;
    const rate = asCounterRate(condition.value);
    if (rate === undefined) return;
    const { node } = condition;
    const fix = `sum by (job) (${printQuery(rate.call)}) ${node.operator} ${printQuery(node.right)}`;
    report(
      `the rate is looked at for each series by itself (each path, method, status and instance): the alert fires once for every ` +
        `rare combination however much traffic there is, and says nothing when a series vanishes; sum before comparing`,
      node.range,
      fix,
    );
  },
};
