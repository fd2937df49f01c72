import { printQuery } from '../../../query/promql/print.ts';
import { typeOf } from '../../../query/promql/ast.ts';
import type { LiveCheck } from './live-check.ts';

const MANY_ALERTS = 50;
/** Of the points of the last day at which the expression held. */
const ALMOST_ALWAYS = 0.95;
const POINTS = 288;

export const alertCount: LiveCheck = {
  name: 'alert-count',
  summary: 'an alert that would have held all of the last day, or for very many series',
  check: async ({ expression, compiled }, live, report) => {
    if (compiled?.rule.kind !== 'alerting' || typeOf(expression) !== 'vector') return;
    const counted = `count_over_time((${printQuery(expression)})[1d:5m])`;
    const alerts = (await live.number(`count(${counted})`)) ?? 0;
    if (alerts >= MANY_ALERTS)
      report(
        `in the last day this would have been ${alerts} alerts; sum before comparing, or raise the threshold`,
        expression.range,
      );
    const longest = (await live.number(`max(${counted})`)) ?? 0;
    if (alerts > 0 && longest >= ALMOST_ALWAYS * POINTS)
      report('in the last day this held almost all the time: the alert says nothing new', expression.range);
  },
};
