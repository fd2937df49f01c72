// Where evaluation writes row by row: into a block that keeps all rows, or into one that folds each into its group at once.
import type { LabelSource } from '../../model/labels.ts';

export interface RowSink {
  /** Of the rows that were kept. */
  readonly labels: readonly LabelSource[];
  /** Where the samples of rows stand, and 1 where there is one. */
  readonly values: Float64Array;
  readonly present: Uint8Array;
  /** Begins an empty row; returns the position of its first sample. */
  addRow(labels: LabelSource, dropName: boolean): number;
  /** Takes back the row that was begun last. */
  removeLastRow(): void;
}
