// absent and absent_over_time: a series of ones where there is nothing.
import { Labels, METRIC_NAME } from '../../model/labels.ts';
import type { Expression } from './ast.ts';
import { VectorBlock } from './values.ts';

/** The labels that a selector pins down: names with exactly one condition, an equality. */
export function labelsOfAbsent(expression: Expression): Labels {
  const selector = expression.kind === 'matrix' ? expression.vector : expression;
  if (selector.kind !== 'vector') return Labels.empty;
  const pinned = new Map<string, string>();
  const seen = new Set<string>();
  for (const { name, operator, value } of selector.matchers) {
    if (name === METRIC_NAME) continue;
    if (operator === '=' && !seen.has(name)) {
      pinned.set(name, value);
      seen.add(name);
    } else pinned.delete(name);
  }
  return Labels.of(pinned);
}

/** One series with 1 at each step where `input` has no sample at all. */
export function invertPresence(input: VectorBlock, labels: Labels, dropName: boolean): VectorBlock {
  const block = new VectorBlock(input.steps, 1);
  block.addRow(labels, dropName);
  block.values.fill(1, 0, input.steps);
  block.present.fill(1, 0, input.steps);
  for (let at = 0; at < input.rows * input.steps; at++) {
    if (input.present[at] === 1) block.present[at % input.steps] = 0;
  }
  return block;
}
