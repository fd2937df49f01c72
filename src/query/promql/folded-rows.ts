// Rows that are folded into groups as they come: one row at a time is in memory, and it is in the processor's cache when it is folded.
import type { Labels } from '../../model/labels.ts';
import type { Aggregation } from './ast.ts';
import { findAggregation } from './aggregations/table.ts';
import type { Accumulator, FoldingAggregation } from './aggregation.ts';
import { RowGrouper } from './group-rows.ts';
import type { RowSink } from './row-sink.ts';
import { mergeRows, VectorBlock } from './values.ts';

/** Groups that share an accumulator. */
const GROUPS_AT_ONCE = 16;
const STEPS_A_WORD = 4;

export class FoldedRows implements RowSink {
  readonly labels: Labels[] = [];
  readonly values: Float64Array;
  readonly present: Uint8Array;
  readonly #steps: number;
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
  #dropsName = false;
  #isOpen = false;

  constructor({ operator, grouping, without }: Aggregation, steps: number) {
    const aggregation = findAggregation(operator);
    if (aggregation === undefined) throw new Error(`no aggregation "${operator}"`);
    this.#aggregation = aggregation;
    this.#grouper = new RowGrouper(grouping, without);
    this.#steps = steps;
    this.values = new Float64Array(steps);
    this.#words = Math.ceil(steps / STEPS_A_WORD);
    this.#row = new Int32Array(this.#words);
    this.present = new Uint8Array(this.#row.buffer).subarray(0, steps);
    this.#full = new Int32Array(this.#words);
    new Uint8Array(this.#full.buffer).fill(1, 0, steps);
  }

  addRow(labels: Labels, dropName: boolean): number {
    this.#close();
    this.labels.push(labels);
    this.#dropsName = dropName;
    this.#isOpen = true;
    return 0;
  }

  removeLastRow(): void {
    this.labels.pop();
    this.present.fill(0);
    this.#isOpen = false;
  }

  /** Folds the row that was begun last. */
  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.fold(this.labels.at(-1)!, this.#dropsName, this.values, this.present, 0);
    this.present.fill(0);
  }

  /** Folds a row whose samples stand from `offset` on. */
  fold(labels: Labels, dropName: boolean, values: Float64Array, present: Uint8Array, offset: number): void {
    const steps = this.#steps;
    const group = this.#grouper.groupOf(labels);
    const batch = Math.floor(group / GROUPS_AT_ONCE);
    const cell = (group % GROUPS_AT_ONCE) * steps;
    if (batch === this.#accumulators.length) {
      this.#accumulators.push(this.#aggregation.start(GROUPS_AT_ONCE, steps));
      this.#anywhere.push(new Int32Array(GROUPS_AT_ONCE * this.#words));
    }
    // A name goes from a group's result when it is to go from one of its rows.
    if (dropName) this.#dropNames[group] = true;
    this.#accumulators[batch]!.addRow(values, present, offset, cell);
    if (this.#isFull[group] === true) return;
    if (present !== this.present) this.present.set(present.subarray(offset, offset + steps));
    const anywhere = this.#anywhere[batch]!;
    const [row, full] = [this.#row, this.#full];
    const first = (group % GROUPS_AT_ONCE) * row.length;
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
    this.#close();
    const steps = this.#steps;
    const { labels } = this.#grouper;
    const output = new VectorBlock(steps, labels.length);
    labels.forEach((one, group) => output.addRow(one, this.#dropNames[group] ?? false));
    this.#accumulators.forEach((accumulator, batch) => {
      const first = batch * GROUPS_AT_ONCE;
      const groups = Math.min(GROUPS_AT_ONCE, labels.length - first);
      output.values.set(accumulator.finish(parameter).subarray(0, groups * steps), first * steps);
      const anywhere = new Uint8Array(this.#anywhere[batch]!.buffer);
      for (let group = 0; group < groups; group++) {
        const from = group * this.#words * STEPS_A_WORD;
        output.present.set(anywhere.subarray(from, from + steps), (first + group) * steps);
      }
    });
    return mergeRows(output);
  }
}
