// topk, bottomk, limitk and limit_ratio: some of the series of each group, as they are.
import { Labels } from '../../model/labels.ts';
import type { Aggregation } from './ast.ts';
import { groupRows } from './group-rows.ts';
import { hashLabels } from './hash-labels.ts';
import { VectorBlock } from './values.ts';

/** The rows of `input` with the samples that `kept` marks. */
function withPresence(input: VectorBlock, kept: Uint8Array): VectorBlock {
  input.present.set(kept);
  return input;
}

/** NaN is worse than any number, for both directions. */
function isBetter(left: number, right: number, largest: boolean): boolean {
  if (Number.isNaN(left)) return false;
  if (Number.isNaN(right)) return true;
  return largest ? left > right : left < right;
}

/** At each step the best, or the first, `counts[step]` series of each group; an instant query is ordered by rank. */
export function selectRows(
  operator: 'topk' | 'bottomk' | 'limitk',
  node: Aggregation,
  input: VectorBlock,
  counts: Float64Array,
): VectorBlock {
  const { steps, values, present } = input;
  const { groupOf, labels } = groupRows(input.labels, node.grouping, node.without);
  const members: number[][] = labels.map(() => []);
  groupOf.forEach((group, row) => members[group]?.push(row));
  const kept = new Uint8Array(present.length);
  const order: number[] = [];
  for (let step = 0; step < steps; step++) {
    const count = Math.min(Math.trunc(counts[step] ?? 0), input.rows);
    if (count < 1) continue;
    const valueOf = (row: number): number => values[row * steps + step] ?? NaN;
    for (const rows of members) {
      let candidates = rows.filter((row) => present[row * steps + step] === 1);
      if (operator !== 'limitk') {
        const largest = operator === 'topk';
        candidates = candidates.toSorted((left, right) => {
          const [a, b] = [valueOf(left), valueOf(right)];
          if (isBetter(a, b, largest)) return -1;
          return isBetter(b, a, largest) ? 1 : left - right;
        });
      }
      for (const row of candidates.slice(0, count)) {
        kept[row * steps + step] = 1;
        order.push(row);
      }
    }
  }
  if (steps !== 1) return withPresence(input, kept);
  const ranked = new VectorBlock(1, order.length);
  for (const row of order) {
    const at = ranked.addRow(input.labels[row] ?? Labels.empty, input.dropName[row] ?? false);
    ranked.values[at] = values[row] ?? NaN;
    ranked.present[at] = 1;
  }
  return ranked;
}

const HASHES = 2 ** 64;

/** Of all series the share `ratios[step]`, always the same ones; a negative share takes the others. */
export function limitRatioRows(input: VectorBlock, ratios: Float64Array): VectorBlock {
  const { steps, present } = input;
  const kept = new Uint8Array(present.length);
  input.labels.forEach((labels, row) => {
    const place = Number(hashLabels(labels)) / HASHES;
    for (let step = 0; step < steps; step++) {
      const at = row * steps + step;
      const ratio = Math.min(1, Math.max(-1, ratios[step] ?? 0));
      const isIn = ratio >= 0 ? place < ratio : place >= 1 + ratio;
      if (present[at] === 1 && isIn) kept[at] = 1;
    }
  });
  return withPresence(input, kept);
}
