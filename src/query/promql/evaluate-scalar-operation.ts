// Binary operators with a scalar on at least one side.
import type { Binary } from './ast.ts';
import { arithmeticOf, comparisonOf } from './binary-operators.ts';
import type { EvaluationState } from './evaluation-state.ts';
import { dropReserved } from './reserved-labels.ts';
import { mergeRows, type VectorBlock } from './values.ts';

/** Scalar by scalar; comparisons give 0 or 1. */
export function combineScalars(node: Binary, left: Float64Array, right: Float64Array): Float64Array {
  const compute = arithmeticOf(node.operator);
  const compare = comparisonOf(node.operator);
  return left.map((value, step) => {
    const other = right[step] ?? NaN;
    return compute === undefined ? Number(compare?.(value, other) ?? false) : compute(value, other);
  });
}

/** The vector `block` by a scalar, in place; `isSwapped` when the scalar stands on the left. */
export function combineWithScalar(
  node: Binary,
  block: VectorBlock,
  scalar: Float64Array,
  isSwapped: boolean,
  state: EvaluationState,
): VectorBlock {
  const { operator, returnBool } = node;
  const compute = arithmeticOf(operator);
  const compare = comparisonOf(operator);
  const { steps, values, present } = block;
  const length = block.rows * steps;
  if (compute === undefined && compare === undefined) {
    if (present.subarray(0, length).includes(1)) remarkOnTrim(node, state);
    present.fill(0);
    return block;
  }
  for (let at = 0; at < length; at++) {
    if (present[at] === 0) continue;
    const value = values[at] as number;
    const other = scalar[at % steps] as number;
    const [left, right] = isSwapped ? [other, value] : [value, other];
    if (compute !== undefined) values[at] = compute(left, right);
    else {
      const holds = compare?.(left, right) ?? false;
      if (returnBool) values[at] = holds ? 1 : 0;
      else if (!holds) present[at] = 0;
    }
  }
  if (compute === undefined && !returnBool) return block;
  return dropNames(block, state);
}

/** Marks all names for removal, or removes them at once. */
export function dropNames(block: VectorBlock, state: EvaluationState): VectorBlock {
  block.dropName.fill(true);
  if (state.options.delayedNameRemoval) return block;
  block.labels.forEach((labels, row) => {
    block.labels[row] = dropReserved(labels);
  });
  return mergeRows(block);
}

/** The remark on operators that exist for histograms only. */
export function remarkOnTrim(node: Binary, state: EvaluationState): void {
  const { operator } = node;
  state.annotations.inform(
    `incompatible sample types encountered for binary operator ${JSON.stringify(operator)}: float ${operator} float`,
    node.range,
  );
}
