import { printQuery } from '../print.ts';
import type { ExpressionCheck } from './check.ts';
import { asCounterRate, conditionsOf, metricOf, sumBy } from './series-shape.ts';

export const divisionByItself: ExpressionCheck = {
  name: 'division-by-itself',
  summary: 'a part of a metric divided by all of it, matched series by series, is always 1',
  check: (node, _around, report) => {
    if (node.kind !== 'binary' || node.operator !== '/' || node.matching === undefined) return;
    const { labels, on } = node.matching;
    const left = asCounterRate(node.left);
    const right = asCounterRate(node.right);
    if (left === undefined || right === undefined || metricOf(left.selector) !== metricOf(right.selector)) return;
    const all = conditionsOf(right.selector);
    const part = conditionsOf(left.selector);
    const narrowed = left.selector.matchers.filter((matcher) => !all.has(String(matcher)));
    // Whoever leaves the narrowing label out of the matching knows what the pairs are.
    const isAware = on ? !labels.includes(narrowed[0]?.name ?? '') : narrowed.some(({ name }) => labels.includes(name));
    if (part.size <= all.size || isAware || ![...all].every((condition) => part.has(condition))) return;
    const fix = `${sumBy([], node.left)} / ${sumBy([], node.right)}`;
    report(
      `each series of ${printQuery(left.selector)} is divided by itself, because both sides are matched by all labels: ` +
        `the result is 1 (or NaN), never a share; sum both sides`,
      node.range,
      fix,
    );
  },
};
