// ClickHouse inside this process (chdb). One session writes; reading sessions are opened when queries run side by side and
// closed when idle: a session is serial, several run in parallel. Only asynchronous calls, so that the event loop stays free.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codedError } from '../../../base/coded-error.ts';
import { printText } from '../sql/literals.ts';
import type { Deployment } from '../tables/print-tables.ts';
import {
  insertSettings,
  printSettings,
  type AnswerFormat,
  type Driver,
  type EngineAnswer,
  type EngineSettings,
  type FileInsert,
} from './driver.ts';
import { defaultEngineMemory, printEngineConfig, type EngineMemory } from './engine-config.ts';
import { storageErrors, storeUnavailable } from './engine-errors.ts';

/** What this file uses of chdb; the package is optional, so its own types are not imported. */
interface ChdbSession {
  queryAsync(
    sql: string,
    options: { format: string },
  ): Promise<{ readonly elapsed: number; readonly rowsRead: number; readonly bytesRead: number; bytes(): Uint8Array }>;
  close(): void;
}
type SessionClass = new (path: string, options: { connectionArgs: string[] }) => ChdbSession;

const DATABASE = 'holter';
const MAX_READERS = 3;
const MAX_WAITING = 256;
const IDLE_MS = 30_000;
const LOCK_RETRY_MS = 50;
/** What a statement without a limit of its own may take: a block's insert on a slow disk, a dropped partition. */
const DEFAULT_LIMIT_MS = 600_000;
const STUCK_MS = 20_000;

export interface EmbeddedOptions {
  /** Holds the engine's files; made when it is not there. */
  readonly folder: string;
  readonly memory?: EngineMemory;
  /** How long another process' lock is waited for: the one that was just killed. */
  readonly lockPatienceMs?: number;
  /** Called when a statement runs on far behind its limit: the engine is stuck, and only ending the process helps. */
  readonly onStuck?: () => void;
  /** How far behind its limit that is. */
  readonly stuckMs?: number;
  /** As with a server that is too old for the text index. */
  readonly withoutTextIndex?: boolean;
}

async function loadSessionClass(): Promise<SessionClass> {
  try {
    const { default: chdb } = (await import('chdb')) as unknown as { default: { Session: SessionClass } };
    return chdb.Session;
  } catch (error) {
    throw storeUnavailable(`chdb cannot be loaded (${(error as Error).message}); npm ci installs it`, error);
  }
}

export async function openEmbeddedDriver(options: EmbeddedOptions): Promise<Driver> {
  const Session = await loadSessionClass();
  const path = join(options.folder, 'engine');
  const config = join(options.folder, 'engine.xml');
  await mkdir(path, { recursive: true });
  await writeFile(config, printEngineConfig(options.memory ?? defaultEngineMemory));
  const open = (): ChdbSession => new Session(path, { connectionArgs: [`--config-file=${config}`] });
  const writer = await openFirst(open, options.folder, options.lockPatienceMs ?? 5000);
  await writer.queryAsync(`CREATE DATABASE IF NOT EXISTS ${DATABASE} ENGINE = Atomic`, { format: 'Native' });
  return new EmbeddedDriver(writer, open, options);
}

async function openFirst(open: () => ChdbSession, folder: string, patienceMs: number): Promise<ChdbSession> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return open();
    } catch (error) {
      // The engine says only that it could not connect; a lock is the one cause that passes.
      if (Date.now() >= deadline) throw codedError(storageErrors, 'STORE_IN_USE', folder);
      if (!(error as Error).message.includes('connection')) throw error;
      await sleep(LOCK_RETRY_MS);
    }
  }
}

interface Reader {
  readonly session: ChdbSession;
  idleTimer: NodeJS.Timeout | undefined;
}

class EmbeddedDriver implements Driver {
  readonly deployment: Deployment;
  readonly #writer: ChdbSession;
  readonly #open: () => ChdbSession;
  readonly #options: EmbeddedOptions;
  readonly #idle: Reader[] = [];
  readonly #waiting: ((reader: Reader | Promise<Reader>) => void)[] = [];
  #readers = 0;
  #lastWrite: Promise<unknown> = Promise.resolve();
  #nextId = 1;

  constructor(writer: ChdbSession, open: () => ChdbSession, options: EmbeddedOptions) {
    this.deployment = {
      kind: 'embedded',
      database: DATABASE,
      withoutTextIndex: options.withoutTextIndex === true,
    };
    this.#options = options;
    this.#writer = writer;
    this.#open = open;
  }

  async query(
    sql: string,
    settings: EngineSettings,
    signal?: AbortSignal,
    format: AnswerFormat = 'Native',
  ): Promise<EngineAnswer> {
    const reader = await this.#takeReader();
    let isClean = false;
    const id = `q${this.#nextId++}`;
    const onAbort = (): void => void this.#kill(id);
    try {
      if (signal?.aborted === true) throw codedError(storageErrors, 'QUERY_ABORTED');
      signal?.addEventListener('abort', onAbort, { once: true });
      const limit = Number(settings['max_execution_time'] ?? DEFAULT_LIMIT_MS / 1000) * 1000;
      const statement = sql + printSettings({ ...settings, log_comment: id });
      const answer = await this.#watch(reader.session.queryAsync(statement, { format }), limit);
      isClean = true;
      return {
        bytes: answer.bytes(),
        rowsRead: answer.rowsRead,
        bytesRead: answer.bytesRead,
        milliseconds: answer.elapsed * 1000,
      };
    } finally {
      signal?.removeEventListener('abort', onAbort);
      // The session of a query that failed keeps what it had answered by then and puts it before its next answer (chdb 3.4).
      if (isClean) this.#giveBack(reader);
      else this.#replace(reader);
    }
  }

  command(sql: string): Promise<void> {
    return this.#write(sql);
  }

  insertFile({ table, columns, path, token }: FileInsert): Promise<void> {
    const names = columns.join(', ');
    const settings = { ...insertSettings, insert_deduplication_token: token };
    return this.#write(
      `INSERT INTO ${table} (${names})${printSettings(settings)} SELECT ${names} FROM file(${printText(path)}, 'Native')`,
    );
  }

  /** One sync of the system after a block is several times cheaper than one of each of a part's hundred files. */
  sync(): Promise<void> {
    return this.#write('SYSTEM SYNC FILE CACHE');
  }

  async close(): Promise<void> {
    await this.#lastWrite.catch(() => undefined);
    for (const reader of this.#idle) this.#closeReader(reader);
    this.#writer.close();
  }

  async #watch<T>(running: Promise<T>, limitMs: number): Promise<T> {
    const { onStuck, stuckMs = STUCK_MS } = this.#options;
    const timer = setTimeout(() => onStuck?.(), limitMs + stuckMs).unref();
    try {
      return await running;
    } finally {
      clearTimeout(timer);
    }
  }

  /** One statement at a time: a session is serial anyway, and order is what a block's tables need. */
  #write(sql: string): Promise<void> {
    const done = this.#lastWrite.then(() =>
      this.#watch(this.#writer.queryAsync(sql, { format: 'Native' }), DEFAULT_LIMIT_MS),
    );
    this.#lastWrite = done.catch(() => undefined);
    return done.then(() => undefined);
  }

  async #takeReader(): Promise<Reader> {
    const idle = this.#idle.pop();
    if (idle !== undefined) {
      clearTimeout(idle.idleTimer);
      return idle;
    }
    if (this.#readers < MAX_READERS) return this.#openReader();
    if (this.#waiting.length >= MAX_WAITING) throw codedError(storageErrors, 'TOO_MANY_QUERIES', this.#waiting.length);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  async #openReader(): Promise<Reader> {
    this.#readers++;
    try {
      return { session: this.#open(), idleTimer: undefined };
    } catch (error) {
      this.#readers--;
      throw error;
    }
  }

  /** A new session for whoever waits. */
  #replace(reader: Reader): void {
    this.#closeReader(reader);
    this.#waiting.shift()?.(this.#openReader());
  }

  #giveBack(reader: Reader): void {
    const next = this.#waiting.shift();
    if (next !== undefined) return next(reader);
    reader.idleTimer = setTimeout(() => {
      this.#idle.splice(this.#idle.indexOf(reader), 1);
      this.#closeReader(reader);
    }, IDLE_MS).unref();
    this.#idle.push(reader);
  }

  #closeReader(reader: Reader): void {
    clearTimeout(reader.idleTimer);
    this.#readers--;
    reader.session.close();
  }

  async #kill(id: string): Promise<void> {
    const session = this.#open();
    try {
      await session.queryAsync(`KILL QUERY WHERE Settings['log_comment'] = ${printText(id)} ASYNC`, {
        format: 'Native',
      });
    } catch {
      // The query ends by its own time limit.
    } finally {
      session.close();
    }
  }
}
