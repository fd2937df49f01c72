import type { Labels } from '../../../model/labels.ts';
import { childrenOf, type Binary, type Expression } from '../../../query/promql/ast.ts';
import { matchingLabels } from '../../../query/promql/match-series.ts';
import { showLabels } from '../../../query/promql/show-labels.ts';
import type { LiveCheck } from './live-check.ts';

const binariesOf = (node: Expression): Binary[] => [
  ...(node.kind === 'binary' && node.matching !== undefined && node.operator !== 'or' ? [node] : []),
  ...childrenOf(node).flatMap(binariesOf),
];

/** What keeps two series from being partners: a label that only one has, or one with different values. */
function differenceOf(left: Labels, right: Labels): string {
  const names = new Set([...left, ...right].map(([name]) => name));
  const lone = [...names].filter((name) => left.has(name) !== right.has(name));
  if (lone.length > 0)
    return `only the ${left.has(lone[0]!) ? 'left' : 'right'} side has ${lone.map((name) => `"${name}"`).join(', ')}`;
  const other = [...names].filter((name) => left.get(name) !== right.get(name));
  return `the values of ${other.map((name) => `"${name}"`).join(', ')} differ`;
}

export const noPartner: LiveCheck = {
  name: 'no-partner',
  summary: 'two sides that have series now, of which none matches one of the other side',
  check: async ({ expression }, live, report) => {
    for (const node of binariesOf(expression)) {
      const [left, right] = [await live.evaluate(node.left), await live.evaluate(node.right)];
      const [first] = left;
      if (first === undefined || right.length === 0 || node.matching === undefined) continue;
      const pick = matchingLabels(node.matching);
      const keys = new Set(right.map((labels) => pick(labels).key));
      if (node.operator === 'unless' || left.some((labels) => keys.has(pick(labels).key))) continue;
      const [one, other] = [pick(first), pick(right[0]!)];
      report(
        `both sides have series, and no two of them match: ${differenceOf(one, other)} (${showLabels(one)} and ${showLabels(other)})`,
        node.range,
      );
    }
  },
};
