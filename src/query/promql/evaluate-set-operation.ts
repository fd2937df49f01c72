// and, or, unless: whether a match group has samples on the other side decides, not their values.
import { Labels } from '../../model/labels.ts';
import type { SetOperator, VectorMatching } from './ast.ts';
import { groupForMatching, groupPresence } from './match-series.ts';
import { mergeRows, VectorBlock } from './values.ts';

function keepWhere(block: VectorBlock, groups: Int32Array, presence: Uint8Array, wanted: 0 | 1): void {
  const { steps, present } = block;
  groups.forEach((group, row) => {
    for (let step = 0; step < steps; step++) {
      if (presence[group * steps + step] !== wanted) present[row * steps + step] = 0;
    }
  });
}

function appendRows(target: VectorBlock, source: VectorBlock): void {
  const { steps } = source;
  for (let row = 0; row < source.rows; row++) {
    const from = row * steps;
    const offset = target.addRow(source.labels[row] ?? Labels.empty, source.dropName[row] ?? false);
    target.values.set(source.values.subarray(from, from + steps), offset);
    target.present.set(source.present.subarray(from, from + steps), offset);
  }
}

/** Combines two vectors; both blocks may be changed. */
export function combineSets(
  operator: SetOperator,
  left: VectorBlock,
  right: VectorBlock,
  matching: VectorMatching,
): VectorBlock {
  const groups = groupForMatching(left, right, matching);
  if (operator === 'or') {
    keepWhere(right, groups.right, groupPresence(left, groups.left, groups.count), 0);
    const both = new VectorBlock(left.steps, left.rows + right.rows);
    appendRows(both, left);
    appendRows(both, right);
    return mergeRows(both);
  }
  keepWhere(left, groups.left, groupPresence(right, groups.right, groups.count), operator === 'and' ? 1 : 0);
  return left;
}
