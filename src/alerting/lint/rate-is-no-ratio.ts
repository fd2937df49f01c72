import { printQuery } from '../../query/promql/print.ts';
import { Matcher } from '../../query/promql/matcher.ts';
import { asCounterRate, metricOf, unwrap } from '../../query/promql/lint/series-shape.ts';
import type { AlertCheck } from './check.ts';
import { findCondition } from './condition.ts';

const SHARE_WORDS = /ratio|percent|%|error.?rate|failure.?rate|率|百分|比例|占比/i;
const NARROWING = /^(?:status|code|status_code|response_code|result|outcome|grpc_code|le)$/;

export const rateIsNoRatio: AlertCheck = {
  name: 'rate-is-no-ratio',
  summary: 'a threshold meant as a share, held against events a second',
  check: ({ rule, query }, report) => {
    const condition = findCondition(query.expression);
    if (condition === undefined || !(condition.threshold > 0 && condition.threshold <= 1)) return;
    const { node, value } = condition;
    const inner = value.kind === 'aggregation' ? unwrap(value.expression) : value;
    const rate = asCounterRate(inner);
    if (rate === undefined || rate.call.function.name === 'resets') return;
    const texts = [rule.alert, ...[...rule.annotations.values()].map(({ text }) => text)].join('\n');
    const narrowed = rate.selector.matchers.filter(({ name }) => NARROWING.test(name));
    if (narrowed.length === 0 || !SHARE_WORDS.test(texts)) return;
    const rest = rate.selector.matchers.filter((matcher) => !narrowed.includes(matcher));
    const all = {
      ...rate.selector,
      matchers: rest.length > 0 ? rest : [Matcher.equal('__name__', metricOf(rate.selector))],
    };
    const [argument] = rate.call.arguments;
    const whole = argument?.kind === 'matrix' ? printQuery({ ...argument, vector: all }) : '';
    const name = rate.call.function.name;
    const fix = `sum(${printQuery(rate.call)}) / sum(${name}(${whole})) ${node.operator} ${printQuery(node.right)}`;
    const percent = Number((condition.threshold * 100).toPrecision(4));
    report(
      `${printQuery(rate.call)} is a number of events a second for each series, not a share: ${condition.threshold} here means ` +
        `${condition.threshold} events a second, not ${percent} %; divide by all of them`,
      node.range,
      fix,
    );
  },
};
