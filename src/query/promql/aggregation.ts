// Aggregations that fold the series of a group into one. Each is one file in aggregations/ and one line in its table.

/** Folds rows into groups, all steps of a row at once; cell g × steps + s belongs to group g at step s. */
export interface Accumulator {
  /** Adds the samples of a row that stand from `offset` on to the group whose cells stand from `cell` on. */
  addRow(values: Float64Array, present: Uint8Array, offset: number, cell: number): void;
  /** The results; only the cells that received a sample are read. `parameter` has one number a step. */
  finish(parameter: Float64Array | undefined): Float64Array;
}

export interface FoldingAggregation {
  readonly name: string;
  readonly summary: string;
  readonly start: (groups: number, steps: number) => Accumulator;
}
