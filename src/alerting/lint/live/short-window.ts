import { formatDuration } from '../../../base/duration.ts';
import { childrenOf, type Expression } from '../../../query/promql/ast.ts';
import { metricOf } from '../../../query/promql/lint/series-shape.ts';
import type { LiveCheck } from './live-check.ts';

/** A rate needs two samples; with four intervals one may be late or missing. */
const LEAST_INTERVALS = 2;
const GOOD_INTERVALS = 4;
const RATES = new Set(['rate', 'increase', 'irate', 'delta', 'idelta', 'deriv', 'changes', 'resets']);

const callsOf = (node: Expression): Expression[] => [node, ...childrenOf(node).flatMap(callsOf)];

export const shortWindow: LiveCheck = {
  name: 'short-window',
  summary: 'a window that holds less than two samples, by how often the server gets them',
  check: async ({ expression }, live, report) => {
    for (const node of callsOf(expression)) {
      if (node.kind !== 'call' || !RATES.has(node.function.name)) continue;
      const [argument] = node.arguments;
      if (argument?.kind !== 'matrix' || metricOf(argument.vector) === '') continue;
      const intervalMs = await live.intervalOf(argument.vector.matchers);
      if (intervalMs === undefined || argument.rangeMs >= LEAST_INTERVALS * intervalMs) continue;
      const [window, interval] = [argument.rangeMs, intervalMs].map(formatDuration);
      report(
        `${metricOf(argument.vector)} has a sample every ${interval}: a window of ${window} holds less than two of them and gives nothing; ` +
          `take ${formatDuration(GOOD_INTERVALS * intervalMs)} or more`,
        node.range,
      );
    }
  },
};
