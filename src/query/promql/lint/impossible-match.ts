import type { Expression } from '../ast.ts';
import type { ExpressionCheck } from './check.ts';
import { keepsOnly, unwrap } from './series-shape.ts';

/** The labels that the series of an expression can have; undefined when that is not known. */
function knownLabels(expression: Expression): ReadonlySet<string> | undefined {
  const node = unwrap(expression);
  if (node.kind === 'aggregation' && keepsOnly(node)) return new Set(node.grouping);
  if (node.kind === 'call' && node.function.name === 'vector') return new Set();
  return undefined;
}

export const impossibleMatch: ExpressionCheck = {
  name: 'impossible-match',
  summary: 'two sides that were aggregated to different labels never match',
  check: (node, _around, report) => {
    if (node.kind !== 'binary' || node.matching === undefined || node.operator === 'or') return;
    const { on, labels } = node.matching;
    const [left, right] = [knownLabels(node.left), knownLabels(node.right)];
    if (left === undefined || right === undefined) return;
    const counted = new Set(on ? labels : [...left, ...right].filter((label) => !labels.includes(label)));
    const lone = [...counted].filter((label) => left.has(label) !== right.has(label));
    if (lone.length === 0) return;
    const side = left.has(lone[0]!) ? 'left' : 'right';
    report(
      `only the ${side} side still has the label "${lone[0]}", by which both are matched: no series has a partner; ` +
        `aggregate both sides to the same labels, or say on (…) with those that they share`,
      node.range,
    );
  },
};
