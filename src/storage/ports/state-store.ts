// Small state that must not be lost: tokens, audit, silences, dashboards. Key → version and JSON, compare-and-set.

export interface StateEntry {
  readonly key: string;
  /** 1 on creation, one more with each change. */
  readonly version: number;
  readonly value: unknown;
}

/** Durable when the promise of a change resolves. */
export interface StateStore {
  get(key: string): Promise<StateEntry | undefined>;
  /** Entries whose key starts with `prefix`, ascending by key. */
  list(prefix: string): Promise<readonly StateEntry[]>;
  /** Writes `value` if the entry still has `version` (0: does not exist); false when somebody was faster. */
  set(key: string, version: number, value: unknown): Promise<boolean>;
  delete(key: string, version: number): Promise<boolean>;
}
