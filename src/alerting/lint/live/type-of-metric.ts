import { childrenOf, comparisonOperators, type Expression } from '../../../query/promql/ast.ts';
import { asCounterRate, isCounterName, metricOf, unwrap } from '../../../query/promql/lint/series-shape.ts';
import { printQuery } from '../../../query/promql/print.ts';
import type { LiveCheck } from './live-check.ts';

function* nodesOf(node: Expression): Generator<Expression> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesOf(child);
}

export const rateOfGauge: LiveCheck = {
  name: 'rate-of-gauge',
  summary: 'rate over a metric that the server knows as a gauge: every fall counts as a restart',
  check: async ({ expression }, live, report) => {
    for (const node of nodesOf(expression)) {
      const rate = asCounterRate(node);
      if (rate === undefined || node.kind === 'parentheses') continue;
      const metric = metricOf(rate.selector);
      const [argument] = rate.call.arguments;
      if (metric === '' || argument === undefined || (await live.typeOf(metric)) !== 'gauge') continue;
      const name = rate.call.function.name;
      report(
        `${metric} is a gauge: ${name}() takes every fall for a restart of a counter; delta() or deriv() say how it changes`,
        rate.call.range,
        `${name === 'rate' ? 'deriv' : 'delta'}(${printQuery(argument)})`,
      );
    }
  },
};

export const counterByType: LiveCheck = {
  name: 'counter-by-type',
  summary: 'a counter, by its type on the server, that is compared as it is',
  check: async ({ expression }, live, report) => {
    for (const node of nodesOf(expression)) {
      if (node.kind !== 'binary' || !comparisonOperators.has(node.operator)) continue;
      for (const side of [node.left, node.right]) {
        const inner = unwrap(side);
        const source = inner.kind === 'aggregation' ? unwrap(inner.expression) : inner;
        const isCounted = inner.kind === 'aggregation' && ['count', 'group'].includes(inner.operator);
        if (source.kind !== 'vector' || isCounted) continue;
        const metric = metricOf(source);
        if (metric === '' || isCounterName(metric) || (await live.typeOf(metric)) !== 'counter') continue;
        report(
          `${metric} is a counter: it counts since the process began; compare what it gained in a window`,
          source.range,
          `increase(${printQuery(source)}[5m])`,
        );
      }
    }
  },
};
