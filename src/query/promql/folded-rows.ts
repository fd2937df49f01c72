// Rows that are folded into groups as they come.
import type { LabelSource } from '../../model/labels.ts';
import type { Aggregation } from './ast.ts';
import { findAggregation } from './aggregations/table.ts';
import type { Accumulator, FoldingAggregation } from './aggregation.ts';
import { RowGrouper } from './group-rows.ts';
import { SingleRow } from './single-row.ts';
import { mergeRows, VectorBlock } from './values.ts';

/** Groups that share an accumulator: so many at least, and more where so many samples are few steps of each. */
const MIN_GROUPS_AT_ONCE = 16;
const SAMPLES_AT_ONCE = 256;
const STEPS_A_WORD = 4;

export class FoldedRows extends SingleRow {
  readonly #steps: number;
  readonly #groupsAtOnce: number;
  readonly #words: number;
  /** Where the row that is looked at has samples. */
  readonly #row: Int32Array<ArrayBuffer>;
  readonly #aggregation: FoldingAggregation;
  readonly #grouper: RowGrouper;
  readonly #accumulators: Accumulator[] = [];
  /** Of as many groups as an accumulator has: where one received a sample; four steps a word, `#words` a group. */
  readonly #anywhere: Int32Array<ArrayBuffer>[] = [];
  readonly #dropNames: boolean[] = [];
  /** Of a row that has a sample at every step. */
  readonly #full: Int32Array<ArrayBuffer>;
  /** Groups with a sample at every step. */
  readonly #isFull: boolean[] = [];

  constructor({ operator, grouping, without }: Aggregation, steps: number) {
    super(steps);
    const aggregation = findAggregation(operator);
    if (aggregation === undefined) throw new Error(`no aggregation "${operator}"`);
    this.#aggregation = aggregation;
    this.#grouper = new RowGrouper(grouping, without);
    this.#steps = steps;
    this.#groupsAtOnce = Math.max(MIN_GROUPS_AT_ONCE, Math.floor(SAMPLES_AT_ONCE / steps));
    this.#row = new Int32Array(this.present.buffer);
    this.#words = this.#row.length;
    this.#full = new Int32Array(this.#words);
    new Uint8Array(this.#full.buffer).fill(1, 0, steps);
  }

  protected override take(labels: LabelSource, dropName: boolean): void {
    this.fold(labels, dropName, this.values, this.present, 0);
  }

  /** Folds a row whose samples stand from `offset` on. */
  fold(labels: LabelSource, dropName: boolean, values: Float64Array, present: Uint8Array, offset: number): void {
    const steps = this.#steps;
    const groupsAtOnce = this.#groupsAtOnce;
    const group = this.#grouper.groupOf(labels);
    const batch = Math.floor(group / groupsAtOnce);
    const place = group - batch * groupsAtOnce;
    if (batch === this.#accumulators.length) {
      this.#accumulators.push(this.#aggregation.start(groupsAtOnce, steps));
      this.#anywhere.push(new Int32Array(groupsAtOnce * this.#words));
    }
    // A name goes from a group's result when it is to go from one of its rows.
    if (dropName) this.#dropNames[group] = true;
    this.#accumulators[batch]!.addRow(values, present, offset, place * steps);
    if (this.#isFull[group] === true) return;
    if (present !== this.present) this.present.set(present.subarray(offset, offset + steps));
    const anywhere = this.#anywhere[batch]!;
    const [row, full] = [this.#row, this.#full];
    const first = place * row.length;
    let missing = 0;
    for (let word = 0; word < row.length; word++) {
      const all = (anywhere[first + word] as number) | (row[word] as number);
      anywhere[first + word] = all;
      missing |= all ^ (full[word] as number);
    }
    this.#isFull[group] = missing === 0;
  }

  /** The groups; `parameter` has one number a step. */
  finish(parameter: Float64Array | undefined): VectorBlock {
    this.close();
    const steps = this.#steps;
    const { labels } = this.#grouper;
    const output = new VectorBlock(steps, labels.length);
    labels.forEach((one, group) => output.addRow(one, this.#dropNames[group] ?? false));
    this.#accumulators.forEach((accumulator, batch) => {
      const first = batch * this.#groupsAtOnce;
      const groups = Math.min(this.#groupsAtOnce, labels.length - first);
      output.values.set(accumulator.finish(parameter).subarray(0, groups * steps), first * steps);
      const anywhere = new Uint8Array(this.#anywhere[batch]!.buffer);
      for (let group = 0; group < groups; group++) {
        const from = group * this.#words * STEPS_A_WORD;
        const to = (first + group) * steps;
        for (let step = 0; step < steps; step++) output.present[to + step] = anywhere[from + step] as number;
      }
    });
    // Groups differ in their labels: the only rows to look for are empty ones.
    return labels.every((_, group) => this.#isFull[group] === true || output.hasSamples(group))
      ? output
      : mergeRows(output);
  }
}
