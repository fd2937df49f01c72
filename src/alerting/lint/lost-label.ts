import { keepsOnly, unwrap } from '../../query/promql/lint/series-shape.ts';
import { findCondition } from './condition.ts';
import type { AlertCheck } from './check.ts';

const LABEL_USE = /\$labels\.([a-zA-Z_]\w*)|\.Labels\.([a-zA-Z_]\w*)/g;

export const lostLabel: AlertCheck = {
  name: 'lost-label',
  summary: 'a template shows a label that the expression has aggregated away',
  check: ({ rule, query, labels }, report) => {
    const value = findCondition(query.expression)?.value ?? unwrap(query.expression);
    if (value.kind !== 'aggregation' || !keepsOnly(value)) return;
    const texts = [...rule.annotations.values()].map(({ text }) => text);
    const used = new Set(
      texts.flatMap((text) => [...text.matchAll(LABEL_USE)].map((match) => match[1] ?? match[2] ?? '')),
    );
    for (const name of used) {
      if (value.grouping.includes(name) || labels.has(name) || name === 'alertname') continue;
      report(
        `the annotations show the label "${name}", which ${value.operator} has dropped: it is empty; add it to by (…)`,
        value.range,
      );
    }
  },
};
