// Aggregations over groups of series: folding ones, and those that select or count series.
import { formatFloatPlain, formatFloatShortest } from '../../base/float-text.ts';
import { Labels } from '../../model/labels.ts';
import type { Aggregation } from './ast.ts';
import { findAggregation } from './aggregations/table.ts';
import { badQuantile } from './bad-quantile.ts';
import type { EvaluationState } from './evaluation-state.ts';
import { FoldedRows } from './folded-rows.ts';
import { groupRows } from './group-rows.ts';
import { isLabelName } from './label-name.ts';
import { failExecution } from './query-error.ts';
import { limitRatioRows, selectRows } from './select-rows.ts';
import { VectorBlock } from './values.ts';

const MAX_INTEGER = 2 ** 63;

/** Whether the rows of the operand may be folded as they come. */
export function isFolding({ operator }: Aggregation): boolean {
  return findAggregation(operator) !== undefined;
}

/** Whether the rows of the operand may be ranked as they come. */
export function isRanking({ operator, grouping, without }: Aggregation): boolean {
  return (operator === 'topk' || operator === 'bottomk') && grouping.length === 0 && !without;
}

function fold(node: Aggregation, input: VectorBlock, parameter: Float64Array | undefined): VectorBlock {
  const { values, present, steps } = input;
  const folded = new FoldedRows(node, steps);
  input.labels.forEach((labels, row) => folded.fold(labels, input.dropName[row]!, values, present, row * steps));
  return folded.finish(parameter);
}

/** count_values: one series a group and value. */
export function countValues(node: Aggregation, input: VectorBlock, label: string): VectorBlock {
  if (!isLabelName(label)) failExecution(`invalid label name ${JSON.stringify(label)}`);
  const { steps } = input;
  const { without } = node;
  // The label that is to hold the value counts as one to group by; what it held before does not matter.
  const grouping = without ? [...node.grouping, label] : node.grouping.filter((name) => name !== label);
  const keepsValue = !(without && node.grouping.includes(label));
  const output = new VectorBlock(steps);
  const groups = groupRows(input.labels, grouping, without);
  const offsets = groups.labels.map(() => new Map<number | string, number>());
  const offsetOf = (group: number, value: number): number => {
    const known = offsets[group];
    const key = keepsValue ? (Object.is(value, -0) ? '-0' : value) : 'any';
    let offset = known?.get(key);
    if (offset === undefined) {
      const base = groups.labels[group] ?? Labels.empty;
      offset = output.addRow(keepsValue ? base.with(label, formatFloatPlain(value)) : base, false);
      known?.set(key, offset);
    }
    return offset;
  };
  for (let row = 0; row < input.rows; row++) {
    const group = groups.groupOf[row] as number;
    for (let step = 0; step < steps; step++) {
      const at = row * steps + step;
      if (input.present[at] === 0) continue;
      const offset = offsetOf(group, input.values[at] as number) + step;
      output.values[offset] = (output.values[offset] as number) + 1;
      output.present[offset] = 1;
    }
  }
  return output;
}

function extremes(values: Float64Array): { least: number; largest: number; hasNaN: boolean } {
  let [least, largest, hasNaN] = [Infinity, -Infinity, false];
  for (const value of values) {
    if (Number.isNaN(value)) hasNaN = true;
    least = Math.min(least, value);
    largest = Math.max(largest, value);
  }
  return { least, largest, hasNaN };
}

/** Whether topk and its like give anything for these counts. Throws a QueryError for counts that are none. */
export function checkCount(parameter: Float64Array): boolean {
  const { least, largest, hasNaN } = extremes(parameter);
  if (largest < 1) return false;
  if (hasNaN) failExecution('Parameter value is NaN');
  if (least <= -MAX_INTEGER) failExecution(`Scalar value ${formatFloatShortest(least)} underflows int64`);
  if (largest >= MAX_INTEGER) failExecution(`Scalar value ${formatFloatShortest(largest)} overflows int64`);
  return true;
}

function checkRatio(node: Aggregation, parameter: Float64Array, state: EvaluationState): boolean {
  const { least, largest, hasNaN } = extremes(parameter);
  if (least === 0 && largest === 0) return false;
  if (hasNaN) failExecution('Ratio value is NaN');
  const range = node.parameter?.range ?? node.range;
  const warn = (got: number, limit: number): void =>
    state.annotations.warn(
      `ratio value should be between -1 and 1, got ${formatFloatShortest(got)}, capping to ${limit}`,
      range,
    );
  if (largest > 1) warn(largest, 1);
  if (least < -1) warn(least, -1);
  return true;
}

/** Evaluates any aggregation but count_values; `parameter` has one number a step. */
export function aggregate(
  node: Aggregation,
  input: VectorBlock,
  parameter: Float64Array | undefined,
  state: EvaluationState,
): VectorBlock {
  const { operator } = node;
  const nothing = new VectorBlock(input.steps, 0);
  if (operator === 'topk' || operator === 'bottomk' || operator === 'limitk') {
    if (parameter === undefined || !checkCount(parameter)) return nothing;
    return selectRows(operator, node, input, parameter);
  }
  if (operator === 'limit_ratio') {
    if (parameter === undefined || !checkRatio(node, parameter, state)) return nothing;
    return limitRatioRows(input, parameter);
  }
  if (operator === 'quantile' && parameter !== undefined) {
    const { least, largest, hasNaN } = extremes(parameter);
    const range = node.parameter?.range ?? node.range;
    if (hasNaN) state.annotations.add(badQuantile(NaN, range));
    if (largest > 1) state.annotations.add(badQuantile(largest, range));
    if (least < 0) state.annotations.add(badQuantile(least, range));
  }
  return fold(node, input, parameter);
}
