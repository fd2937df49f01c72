// The state store of the embedded deployment: all entries in memory, every change in a log that is synced before it counts.
// Changes that come in while one is being synced share the next sync.
import { join } from 'node:path';
import { CodedError, codedError, type ErrorTable } from '../../base/coded-error.ts';
import type { StateEntry, StateStore } from '../ports/state-store.ts';
import { lockFolder } from '../../spool/folder-lock.ts';
import { encodeRecord, StateLog } from './state-log.ts';

export const stateErrors = {
  STATE_TOO_LARGE: {
    status: 413,
    text: (key: string, bytes: number, most: number) =>
      `the value of ${key} has ${bytes} bytes; the most that is kept for one key is ${most}`,
  },
} satisfies ErrorTable;

const LOCK_PATIENCE_MS = 3000;
const MAX_VALUE_BYTES = 8 * 1024 * 1024;
/** The log is rewritten when it is this much longer than what is alive. */
const COMPACTION_FACTOR = 4;
const COMPACTION_MIN_BYTES = 1024 * 1024;

interface LogRecord {
  readonly key: string;
  readonly version: number;
  /** JSON; absent for a deletion. */
  readonly value?: unknown;
}

interface Stored {
  readonly version: number;
  readonly json: string;
}

interface Change {
  readonly key: string;
  readonly version: number;
  /** Undefined deletes. */
  readonly json: string | undefined;
  readonly resolve: (done: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** Rejects with DATA_FOLDER_IN_USE when another process keeps its state there. */
export async function openFileStateStore(folder: string): Promise<StateStore & { close(): Promise<void> }> {
  const lock = await lockFolder(folder, LOCK_PATIENCE_MS);
  const { log, records } = await StateLog.open(join(folder, 'state.log'));
  const entries = new Map<string, Stored>();
  for (const { key, version, value } of records as LogRecord[]) {
    if (value === undefined) entries.delete(key);
    else entries.set(key, { version, json: JSON.stringify(value) });
  }
  return new FileStateStore(log, entries, () => lock.release());
}

class FileStateStore implements StateStore {
  readonly #log: StateLog;
  readonly #entries: Map<string, Stored>;
  readonly #release: () => Promise<void>;
  #queue: Change[] = [];
  #writing: Promise<void> | undefined;

  constructor(log: StateLog, entries: Map<string, Stored>, release: () => Promise<void>) {
    this.#log = log;
    this.#entries = entries;
    this.#release = release;
  }

  async get(key: string): Promise<StateEntry | undefined> {
    const found = this.#entries.get(key);
    return found === undefined ? undefined : { key, version: found.version, value: JSON.parse(found.json) as unknown };
  }

  async list(prefix: string): Promise<readonly StateEntry[]> {
    const keys = [...this.#entries.keys()].filter((key) => key.startsWith(prefix)).toSorted();
    return keys.map((key) => {
      const { version, json } = this.#entries.get(key)!;
      return { key, version, value: JSON.parse(json) as unknown };
    });
  }

  set(key: string, version: number, value: unknown): Promise<boolean> {
    const json = JSON.stringify(value ?? null);
    const bytes = Buffer.byteLength(json);
    if (bytes > MAX_VALUE_BYTES)
      return Promise.reject<boolean>(codedError(stateErrors, 'STATE_TOO_LARGE', key, bytes, MAX_VALUE_BYTES));
    return this.#change(key, version, json);
  }

  delete(key: string, version: number): Promise<boolean> {
    return this.#change(key, version, undefined);
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#log.close();
    await this.#release();
  }

  #change(key: string, version: number, json: string | undefined): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ key, version, json, resolve, reject });
      this.#writing ??= this.#drain().finally(() => {
        this.#writing = undefined;
      });
    });
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const changes = this.#queue;
      this.#queue = [];
      await this.#commit(changes);
    }
  }

  /** Decides the changes in their order against what the ones before them make, and lets readers see them when they are durable. */
  async #commit(changes: readonly Change[]): Promise<void> {
    const staged = new Map<string, Stored | undefined>();
    const records: Buffer[] = [];
    const outcomes = changes.map(({ key, version, json }) => {
      const current = staged.has(key) ? staged.get(key) : this.#entries.get(key);
      if ((current?.version ?? 0) !== version || (json === undefined && current === undefined)) return false;
      const next = version + 1;
      staged.set(key, json === undefined ? undefined : { version: next, json });
      const record: LogRecord =
        json === undefined ? { key, version: next } : { key, version: next, value: JSON.parse(json) };
      records.push(encodeRecord(record));
      return true;
    });
    try {
      if (records.length > 0) await this.#log.append(Buffer.concat(records));
    } catch (error) {
      const failure = new CodedError('STATE_NOT_WRITTEN', 503, `the state could not be written: ${String(error)}`, {
        cause: error,
      });
      for (const { reject } of changes) reject(failure);
      return;
    }
    for (const [key, stored] of staged) {
      if (stored === undefined) this.#entries.delete(key);
      else this.#entries.set(key, stored);
    }
    changes.forEach(({ resolve }, i) => resolve(outcomes[i]!));
    await this.#compact();
  }

  async #compact(): Promise<void> {
    if (this.#log.length < COMPACTION_MIN_BYTES) return;
    let alive = 0;
    for (const [key, { json }] of this.#entries) alive += key.length + json.length;
    if (this.#log.length < alive * COMPACTION_FACTOR) return;
    const records = [...this.#entries].map(([key, { version, json }]) =>
      encodeRecord({ key, version, value: JSON.parse(json) as unknown }),
    );
    try {
      await this.#log.replace(Buffer.concat(records));
    } catch {
      // The long log holds the same; the next change tries again.
    }
  }
}
