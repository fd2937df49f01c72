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

/**
 * The best `capacity` rows seen: a heap with the worst on top. Ties are resolved as Prometheus resolves them, because the heap moves
 * like the one in Go's library.
 */
class RankedRows {
  readonly rows: number[] = [];
  readonly #values: number[] = [];
  readonly #capacity: number;
  readonly #sign: 1 | -1;

  constructor(capacity: number, largest: boolean) {
    this.#capacity = capacity;
    this.#sign = largest ? 1 : -1;
  }

  add(row: number, value: number): void {
    // The smallest are the largest of the negated.
    const own = this.#sign * value;
    const worst = this.#values[0] ?? NaN;
    if (this.rows.length < this.#capacity) {
      this.rows.push(row);
      this.#values.push(own);
      this.#rise(this.rows.length - 1);
    } else if (worst < own || (Number.isNaN(worst) && !Number.isNaN(own))) {
      this.rows[0] = row;
      this.#values[0] = own;
      this.#sink(0);
    }
  }

  #isLess(left: number, right: number): boolean {
    const value = this.#values[left] as number;
    return Number.isNaN(value) || value < (this.#values[right] as number);
  }

  #swap(left: number, right: number): void {
    const row = this.rows[left] as number;
    const value = this.#values[left] as number;
    this.rows[left] = this.rows[right] as number;
    this.#values[left] = this.#values[right] as number;
    this.rows[right] = row;
    this.#values[right] = value;
  }

  #rise(from: number): void {
    for (let child = from; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.#isLess(child, parent)) return;
      this.#swap(parent, child);
      child = parent;
    }
  }

  #sink(from: number): void {
    const { length } = this.rows;
    for (let parent = from; ;) {
      const left = 2 * parent + 1;
      if (left >= length) return;
      const child = left + 1 < length && this.#isLess(left + 1, left) ? left + 1 : left;
      if (!this.#isLess(child, parent)) return;
      this.#swap(parent, child);
      parent = child;
    }
  }

  /** The rows, best first, NaN last. */
  ranked(): number[] {
    const order = this.rows.map((_, index) => index);
    order.sort((left, right) => {
      const [a, b] = [this.#values[left] as number, this.#values[right] as number];
      if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
      return a === b ? 0 : a > b ? -1 : 1;
    });
    return order.map((index) => this.rows[index] as number);
  }
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
  for (let step = 0; step < steps; step++) {
    const count = Math.min(Math.trunc(counts[step] ?? 0), input.rows);
    if (count < 1) continue;
    const groups = Array.from(labels, () => new RankedRows(count, operator === 'topk'));
    for (let row = 0; row < input.rows; row++) {
      const at = row * steps + step;
      if (present[at] === 0) continue;
      const group = groups[groupOf[row] as number] as RankedRows;
      if (operator !== 'limitk') group.add(row, values[at] as number);
      else if (group.rows.length < count) group.rows.push(row);
    }
    for (const group of groups) {
      for (const row of group.rows) kept[row * steps + step] = 1;
      if (steps === 1) order.push(...(operator === 'limitk' ? group.rows : group.ranked()));
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
