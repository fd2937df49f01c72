// Rows that come one at a time into the same memory: each is dealt with when the next one begins, while the processor's cache has it.
import type { LabelSource } from '../../model/labels.ts';
import type { RowSink } from './row-sink.ts';

const WORD_BYTES = 4;

export abstract class SingleRow implements RowSink {
  readonly labels: LabelSource[] = [];
  readonly values: Float64Array;
  /** Begins in a buffer of whole 32-bit words. */
  readonly present: Uint8Array<ArrayBuffer>;
  #dropsName = false;
  #isOpen = false;

  constructor(steps: number) {
    this.values = new Float64Array(steps);
    this.present = new Uint8Array(Math.ceil(steps / WORD_BYTES) * WORD_BYTES).subarray(0, steps);
  }

  addRow(labels: LabelSource, dropName: boolean): number {
    this.close();
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

  /** Deals with the row that was begun last; to be called behind the last one, too. */
  protected close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.take(this.labels.at(-1)!, this.#dropsName);
    this.present.fill(0);
  }

  /** The row is whole: its samples stand in `values` and `present`. */
  protected abstract take(labels: LabelSource, dropName: boolean): void;
}
