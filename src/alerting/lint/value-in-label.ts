import type { AlertCheck } from './check.ts';

export const valueInLabel: AlertCheck = {
  name: 'value-in-label',
  summary: 'a label that holds the value makes a new alert at every evaluation',
  check: ({ rule, query }, report) => {
    for (const [name, { text }] of rule.labels) {
      if (!/\{\{[^}]*(?:\$value|\.Value)\b/.test(text)) continue;
      report(
        `the label "${name}" holds the value: with every new value it is another alert, which never lasts long enough to fire; put the value into an annotation`,
        query.expression.range,
      );
    }
  },
};
