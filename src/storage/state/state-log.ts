// The embedded StateStore: all entries in memory, every change one line of a log that is synced before it is answered.
// A line is CRC-32 (8 hexadecimal digits), a space, the change as JSON, a newline. What a crash left half written at the end is
// cut off at the next start; a line that went bad in between is skipped and reported. The log is written anew when most of it is
// history.
import { open, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Log } from '../../base/log.ts';
import type { StateEntry, StateStore } from '../ports/state-store.ts';

const MIN_COMPACTED_LINES = 1000;
const CRC_DIGITS = 8;

/** `value` absent: the entry was deleted. */
interface Change {
  readonly key: string;
  readonly version: number;
  readonly value?: unknown;
}

function writeLine(change: Change): string {
  const text = JSON.stringify(change);
  return `${crc32(text).toString(16).padStart(CRC_DIGITS, '0')} ${text}\n`;
}

function readLine(line: string): Change | undefined {
  const text = line.slice(CRC_DIGITS + 1);
  if (line.length <= CRC_DIGITS || crc32(text) !== Number.parseInt(line.slice(0, CRC_DIGITS), 16)) return undefined;
  return JSON.parse(text) as Change;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Writes all of `bytes` at `position` and syncs them. */
async function commit(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
  await file.datasync();
}

export class StateLog implements StateStore {
  readonly #path: string;
  readonly #log: Log;
  readonly #entries = new Map<string, StateEntry>();
  #file: FileHandle;
  #size = 0;
  #lines = 0;
  /** The changes before; each waits for the one before it. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(path: string, file: FileHandle, log: Log) {
    this.#path = path;
    this.#file = file;
    this.#log = log;
  }

  /** Opens the log at `path`, which is made when it is not there. One process at a time. */
  static async open(path: string, log: Log): Promise<StateLog> {
    const file = await open(path, 'a+', 0o600);
    await file.close();
    await syncFolder(dirname(path));
    const state = new StateLog(path, await open(path, 'r+'), log);
    await state.#load();
    return state;
  }

  async #load(): Promise<void> {
    const bytes = await this.#file.readFile();
    const end = bytes.lastIndexOf(0x0a) + 1;
    const lines = bytes.toString('utf8', 0, end).split('\n').slice(0, -1);
    let bad = 0;
    for (const line of lines) {
      const change = readLine(line);
      if (change === undefined) bad++;
      else this.#apply(change);
    }
    this.#size = end;
    this.#lines = lines.length;
    if (bad > 0) this.#log.error(`${this.#path}: ${bad} of ${lines.length} lines are damaged and were left out`);
    if (end < bytes.length) await this.#file.truncate(end);
    if (bad > 0 || (lines.length > MIN_COMPACTED_LINES && lines.length > 2 * this.#entries.size)) await this.#compact();
  }

  #apply({ key, version, value }: Change): void {
    if (value === undefined) this.#entries.delete(key);
    else this.#entries.set(key, { key, version, value });
  }

  /** Writes only what is there now, to a new file that takes the place of the old one; when that fails, the old one goes on. */
  async #compact(): Promise<void> {
    const bytes = Buffer.from(Array.from(this.#entries.values(), writeLine).join(''));
    const next = `${this.#path}.new`;
    const file = await open(next, 'w+', 0o600);
    try {
      await commit(file, bytes, 0);
      await rename(next, this.#path);
    } catch (error) {
      await file.close();
      this.#log.warn(`${this.#path} could not be written anew: ${(error as Error).message}`);
      return;
    }
    await syncFolder(dirname(this.#path));
    await this.#file.close();
    this.#file = file;
    this.#size = bytes.length;
    this.#lines = this.#entries.size;
  }

  get(key: string): Promise<StateEntry | undefined> {
    return Promise.resolve(this.#entries.get(key));
  }

  list(prefix: string): Promise<readonly StateEntry[]> {
    const found = [...this.#entries.values()].filter(({ key }) => key.startsWith(prefix));
    return Promise.resolve(found.toSorted((a, b) => (a.key < b.key ? -1 : 1)));
  }

  set(key: string, version: number, value: unknown): Promise<boolean> {
    return this.#change(key, version, { key, version: version + 1, value });
  }

  delete(key: string, version: number): Promise<boolean> {
    return this.#change(key, version, { key, version: version + 1 });
  }

  #change(key: string, expected: number, change: Change): Promise<boolean> {
    const done = this.#last.then(() => this.#write(key, expected, change));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #write(key: string, expected: number, change: Change): Promise<boolean> {
    if ((this.#entries.get(key)?.version ?? 0) !== expected) return false;
    const bytes = Buffer.from(writeLine(change));
    try {
      await commit(this.#file, bytes, this.#size);
    } catch (error) {
      // What of the line reached the file must not stand before the next one.
      await this.#file.truncate(this.#size).catch(() => undefined);
      throw error;
    }
    this.#size += bytes.length;
    this.#lines++;
    this.#apply(change);
    if (this.#lines > MIN_COMPACTED_LINES && this.#lines > 4 * this.#entries.size) await this.#compact();
    return true;
  }

  /** Waits for the changes that are under way. */
  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
  }
}
