// label_replace and label_join: a label of every series set anew.
import { METRIC_NAME, type Labels } from '../../model/labels.ts';
import { mergeRows, type VectorBlock } from './values.ts';

/** Sets the label `target` of each row; `undefined` leaves the row as it is. A name that is set stays. */
export function replaceLabel(
  block: VectorBlock,
  target: string,
  compute: (labels: Labels) => string | undefined,
): VectorBlock {
  block.labels.forEach((labels, row) => {
    const value = compute(labels);
    if (value === undefined) return;
    block.labels[row] = labels.with(target, value);
    if (target === METRIC_NAME) block.dropName[row] = false;
  });
  return mergeRows(block);
}
