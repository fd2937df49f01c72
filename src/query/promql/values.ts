// What expressions evaluate to, for all steps of a grid at once, as columns.
import type { Labels, LabelSource } from '../../model/labels.ts';
import { failDuplicateLabels } from './query-error.ts';

const MIN_CAPACITY = 4;

/** An instant vector at every step: row r holds series r, its sample at step s stands at r × steps + s. */
export class VectorBlock {
  readonly steps: number;
  readonly labels: Labels[] = [];
  /** The metric name goes at the end of the query; until then later steps may still use it. */
  readonly dropName: boolean[] = [];
  values: Float64Array;
  /** 1 where there is a sample. */
  present: Uint8Array;

  constructor(steps: number, capacity: number = MIN_CAPACITY) {
    this.steps = steps;
    this.values = new Float64Array(capacity * steps);
    this.present = new Uint8Array(capacity * steps);
  }

  get rows(): number {
    return this.labels.length;
  }

  /** Adds an empty row; returns the position of its first sample. */
  addRow({ labels }: LabelSource, dropName: boolean): number {
    const offset = this.rows * this.steps;
    this.labels.push(labels);
    this.dropName.push(dropName);
    if (offset + this.steps > this.values.length) {
      const capacity = Math.max(MIN_CAPACITY * this.steps, this.values.length * 2);
      const values = new Float64Array(capacity);
      values.set(this.values);
      this.values = values;
      const present = new Uint8Array(capacity);
      present.set(this.present);
      this.present = present;
    }
    return offset;
  }

  /** Takes back the row that was added last. */
  removeLastRow(): void {
    const row = this.rows - 1;
    this.labels.length = row;
    this.dropName.length = row;
    this.present.fill(0, row * this.steps, (row + 1) * this.steps);
  }

  /** A sample stands somewhere in `row`. */
  hasSamples(row: number): boolean {
    const start = row * this.steps;
    const at = this.present.indexOf(1, start);
    return at !== -1 && at < start + this.steps;
  }
}

/** Samples of one series behind a range selector or a subquery, stale markers taken out. */
export interface RangeSeries {
  readonly labels: LabelSource;
  readonly dropName: boolean;
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly startTimes: Float64Array | undefined;
}

export type Value =
  | { readonly kind: 'scalar'; readonly values: Float64Array }
  | { readonly kind: 'vector'; readonly block: VectorBlock }
  | { readonly kind: 'matrix'; readonly series: readonly RangeSeries[] }
  | { readonly kind: 'string'; readonly text: string };

/** How many samples a value holds in memory. */
export function countSamples(value: Value): number {
  if (value.kind === 'scalar') return value.values.length;
  if (value.kind === 'vector') return value.block.rows * value.block.steps;
  if (value.kind === 'string') return 0;
  return value.series.reduce((sum, { times }) => sum + times.length, 0);
}

function addSamples(target: VectorBlock, to: number, source: VectorBlock, from: number): void {
  for (let step = 0; step < source.steps; step++) {
    if (source.present[from + step] === 0) continue;
    if (target.present[to + step] === 1) failDuplicateLabels();
    target.present[to + step] = 1;
    target.values[to + step] = source.values[from + step] ?? 0;
  }
}

/** Makes one row of rows with equal labels; they may not have samples at the same step. Leaves out empty rows. */
export function mergeRows(block: VectorBlock): VectorBlock {
  const seen = new Set<string>();
  let isClean = true;
  for (let row = 0; row < block.rows && isClean; row++) {
    const key = block.labels[row]?.key ?? '';
    isClean = !seen.has(key) && block.hasSamples(row);
    seen.add(key);
  }
  if (isClean) return block;
  const merged = new VectorBlock(block.steps, block.rows);
  const offsets = new Map<string, number>();
  block.labels.forEach((labels, row) => {
    if (!block.hasSamples(row)) return;
    let offset = offsets.get(labels.key);
    if (offset === undefined) {
      offset = merged.addRow(labels, block.dropName[row] ?? false);
      offsets.set(labels.key, offset);
    }
    addSamples(merged, offset, block, row * block.steps);
  });
  return merged;
}
