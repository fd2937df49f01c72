import { printQuery } from '../print.ts';
import type { ExpressionCheck } from './check.ts';
import { isCounterName, metricOf } from './series-shape.ts';

/** Functions for gauges, and what says the same of a counter. */
const forCounters: Readonly<Record<string, string>> = { delta: 'increase', deriv: 'rate', idelta: 'irate' };

export const changeOfCounter: ExpressionCheck = {
  name: 'change-of-counter',
  summary: 'a function for gauges over a counter: every restart is a fall',
  check: (node, _around, report) => {
    if (node.kind !== 'call') return;
    const better = forCounters[node.function.name];
    const [argument] = node.arguments;
    if (better === undefined || argument?.kind !== 'matrix' || !isCounterName(metricOf(argument.vector))) return;
    report(
      `${node.function.name}() is for gauges: ${metricOf(argument.vector)} is a counter, and each restart of it counts as a fall`,
      node.range,
      `${better}(${printQuery(argument)})`,
    );
  },
};
