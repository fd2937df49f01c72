// topk, bottomk, limitk and limit_ratio: some of the series of each group, as they are.
import { Labels } from '../../model/labels.ts';
import type { Aggregation } from './ast.ts';
import { groupRows } from './group-rows.ts';
import { hashLabels } from './hash-labels.ts';
import { RankedRows } from './ranked-rows.ts';
import { VectorBlock } from './values.ts';

/** Rankings, one a group and step, that are made at a time. */
const MAX_RANKINGS = 20_000;

/** The rows of `input` with the samples that `kept` marks. */
function withPresence(input: VectorBlock, kept: Uint8Array): VectorBlock {
  input.present.set(kept);
  return input;
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
  const kept = new Uint8Array(present.length);
  const order: number[] = [];
  const sign = operator === 'bottomk' ? -1 : 1;
  // Samples of a series stand together, so series by series, some steps at a time: one step at a time would jump through memory.
  const width = Math.max(1, Math.min(steps, Math.floor(MAX_RANKINGS / Math.max(1, labels.length))));
  for (let first = 0; first < steps; first += width) {
    const behind = Math.min(first + width, steps);
    const places = (behind - first) * labels.length;
    const capacities = Int32Array.from({ length: places }, (_, place) =>
      Math.min(Math.max(0, Math.trunc(counts[first + Math.floor(place / labels.length)] ?? 0)), input.rows),
    );
    const rankings = new RankedRows(capacities, operator !== 'bottomk');
    const { thresholds } = rankings;
    for (let row = 0; row < input.rows; row++) {
      const group = groupOf[row] as number;
      for (let step = first; step < behind; step++) {
        const at = row * steps + step;
        const place = (step - first) * labels.length + group;
        if (present[at] === 0) continue;
        if (operator === 'limitk') rankings.fill(place, row);
        // Most samples are not among the best; NaN is never at most something.
        else if (!(sign * (values[at] as number) <= (thresholds[place] as number)))
          rankings.add(place, row, values[at] as number);
      }
    }
    for (let place = 0; place < places; place++) {
      const step = first + Math.floor(place / labels.length);
      for (let i = 0; i < rankings.countAt(place); i++) kept[rankings.rowAt(place, i) * steps + step] = 1;
      if (steps === 1) order.push(...(operator === 'limitk' ? rankings.rowsOf(place) : rankings.ranked(place)));
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
