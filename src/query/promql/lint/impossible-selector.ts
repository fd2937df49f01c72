import { matcherFitsNothing } from './matcher-conflict.ts';
import type { ExpressionCheck } from './check.ts';

export const impossibleSelector: ExpressionCheck = {
  name: 'impossible-selector',
  summary: 'conditions on one label that contradict each other select nothing',
  check: (node, _around, report) => {
    if (node.kind !== 'vector') return;
    const conflict = matcherFitsNothing(node.matchers);
    if (conflict === undefined) return;
    const [equal, other] = conflict;
    report(`no series fits both ${String(equal)} and ${String(other)}`, node.range);
  },
};
