import { formatDuration } from '../../../base/duration.ts';
import { childrenOf, type Expression, type VectorSelector } from '../../../query/promql/ast.ts';
import type { LiveCheck } from './live-check.ts';

interface Reach {
  readonly selector: VectorSelector;
  readonly backMs: number;
}

/** How far back each selector looks, with all that is around it. */
function reachesOf(node: Expression, backMs = 0): Reach[] {
  if (node.kind === 'vector') return [{ selector: node, backMs: backMs + node.offsetMs }];
  const own = node.kind === 'matrix' ? node.rangeMs : node.kind === 'subquery' ? node.rangeMs + node.offsetMs : 0;
  return childrenOf(node).flatMap((child) => reachesOf(child, backMs + own));
}

export const beyondRetention: LiveCheck = {
  name: 'beyond-retention',
  summary: 'an offset or a range that reaches further back than samples are kept',
  check: async ({ expression }, live, report) => {
    const retentionMs = await live.retention();
    if (retentionMs === undefined) return;
    for (const { selector, backMs } of reachesOf(expression)) {
      if (selector.atMs !== undefined || backMs <= retentionMs) continue;
      const [back, kept] = [backMs, retentionMs].map(formatDuration);
      report(`this looks ${back} back, and samples are kept for ${kept}`, selector.range);
    }
  },
};
