// Where closed blocks go.

/** A table of a block as a file in Native format. */
export interface BlockFile {
  readonly table: string;
  /** Absolute path, readable by the engine. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

/** The same block offered twice (a retry, a replay) is stored once. */
export interface BlockSink {
  /** Resolves when the engine has all of it; rejects with STORE_UNAVAILABLE (try again) or BLOCK_REFUSED (never will). */
  insert(token: string, files: readonly BlockFile[]): Promise<void>;
}
