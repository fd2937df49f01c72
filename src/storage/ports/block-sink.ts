// Where closed blocks go.

/** A table of a block as a file in Native format. */
export interface BlockFile {
  readonly table: string;
  /** Absolute path, readable by the engine. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

/** What became of a block: it is stored, or nothing was done because labels that it relies on may be gone. */
export type InsertOutcome =
  | {
      readonly kind: 'stored';
      /** The era in which the block's labels stay in the tables; undefined when that cannot be promised. */
      readonly era?: string | undefined;
    }
  | { readonly kind: 'labels-missing' };

/** The same block offered twice (a retry, a replay) is stored once. */
export interface BlockSink {
  /**
   * Resolves when the engine has all of it; rejects with STORE_UNAVAILABLE (try again) or BLOCK_REFUSED (never will).
   * `reliesOn`: the era of labels that the block's samples need and that it does not bring.
   */
  insert(token: string, files: readonly BlockFile[], reliesOn?: string): Promise<InsertOutcome>;
}
