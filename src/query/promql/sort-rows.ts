// The sort functions reorder the series of an instant query; a range query is always ordered by labels.
import { compareStrings } from '../../base/compare-strings.ts';
import { compareLabels, Labels } from '../../model/labels.ts';
import type { CallContext } from './function.ts';
import { VectorBlock } from './values.ts';

/** Orders two values upwards, NaN last. */
export const byRisingValue = (left: number, right: number, block: VectorBlock): number =>
  compareValues(block.values[left] ?? NaN, block.values[right] ?? NaN, 1);

/** Orders two values downwards, NaN last. */
export const byFallingValue = (left: number, right: number, block: VectorBlock): number =>
  compareValues(block.values[left] ?? NaN, block.values[right] ?? NaN, -1);

function compareValues(left: number, right: number, direction: number): number {
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : 1;
  if (Number.isNaN(right)) return -1;
  return left === right ? 0 : left < right ? -direction : direction;
}

const chunksOf = (text: string): string[] => text.match(/\d+|\D+/g) ?? [];

/** Numbers within texts count as numbers: "a2" before "a10". */
function precedesNaturally(left: string, right: string): boolean {
  const leftChunks = chunksOf(left);
  const rightChunks = chunksOf(right);
  for (let i = 0; i < leftChunks.length; i++) {
    const a = leftChunks[i] ?? '';
    const b = rightChunks[i];
    if (b === undefined) return false;
    const areNumbers = /^\d+$/.test(a) && /^\d+$/.test(b);
    if (areNumbers ? BigInt(a) === BigInt(b) : a === b) {
      if (i === leftChunks.length - 1) return true;
      if (i === rightChunks.length - 1) return false;
      continue;
    }
    return areNumbers ? BigInt(a) < BigInt(b) : compareStrings(a, b) < 0;
  }
  return false;
}

/** Orders two rows by the labels `names` in turn, then by all labels. */
export function compareByLabels(names: readonly string[], block: VectorBlock, left: number, right: number): number {
  const a = block.labels[left] ?? Labels.empty;
  const b = block.labels[right] ?? Labels.empty;
  for (const name of names) {
    const [first, second] = [a.get(name), b.get(name)];
    if (first !== second) return precedesNaturally(first, second) ? -1 : 1;
  }
  return compareLabels(a, b);
}

/** The rows of an instant query in the order of `compare`; in a range query unchanged, with a remark. */
export function sortRows(
  context: CallContext,
  block: VectorBlock,
  compare: (left: number, right: number, block: VectorBlock) => number,
): VectorBlock {
  if (context.grid.steps !== 1) {
    context.state.annotations.warn(
      'sort is ineffective for range queries since results are always ordered by labels',
      context.call.range,
    );
    return block;
  }
  const order = block.labels.map((_, row) => row).filter((row) => block.present[row] === 1);
  order.sort((left, right) => compare(left, right, block));
  const sorted = new VectorBlock(1, order.length);
  for (const row of order) {
    const at = sorted.addRow(block.labels[row] ?? Labels.empty, block.dropName[row] ?? false);
    sorted.values[at] = block.values[row] ?? NaN;
    sorted.present[at] = 1;
  }
  return sorted;
}
