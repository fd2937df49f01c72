import { metricOf, selectorsBelow } from '../../query/promql/lint/series-shape.ts';
import type { GroupCheck } from './check.ts';

export const readsLaterRule: GroupCheck = {
  name: 'reads-later-rule',
  summary: 'a rule that reads what a later rule of its group records sees the value of the evaluation before',
  check: ({ rules }, report) => {
    const recorded = rules.map(({ rule }) => (rule.kind === 'recording' ? rule.record : undefined));
    rules.forEach((compiled, index) => {
      for (const selector of selectorsBelow(compiled.query.expression)) {
        const metric = metricOf(selector);
        const at = recorded.indexOf(metric);
        if (metric === '' || at <= index) continue;
        report(
          compiled,
          `${metric} is recorded further down in the group (line ${rules[at]!.rule.place.line}): here it is that of the evaluation before; move this rule behind it`,
          selector.range,
        );
      }
    });
  },
};
