import { METRIC_NAME } from '../../../model/labels.ts';
import type { ExpressionCheck } from './check.ts';
import { describeRegex } from '../matcher.ts';

export const needlessRegex: ExpressionCheck = {
  name: 'needless-regex',
  summary: 'an expression where a plain comparison says the same',
  check: (node, _around, report) => {
    if (node.kind !== 'vector') return;
    for (const { name, operator, value } of node.matchers) {
      if (operator !== '=~' && operator !== '!~') continue;
      if (value === '.*' && operator === '=~' && name !== METRIC_NAME)
        report(
          `${name}=~".*" matches everything, even series without the label; leave it out, or ask for ${name}!=""`,
          node.range,
        );
      else if (/^\^|[^\\]\$$/.test(value))
        report(
          `expressions are anchored at both ends already: ^ and $ in ${name}${operator}"${value}" are not needed`,
          node.range,
        );
      else if (describeRegex(value).literals?.length === 1)
        report(
          `${name}${operator}"${value}" holds no expression; ${name}${operator === '=~' ? '=' : '!='}"${value}" says the same`,
          node.range,
        );
    }
  },
};
