// One run of the store as a child process, from its start to its end: calls go out, answers come back, a beat every half second
// tells a hanging one from a busy one. Never restarted; store-client.ts makes the next.
import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { extname, join } from 'node:path';
import type { CodedError } from '../base/coded-error.ts';
import { withCompileCache } from '../spool/compile-cache.ts';
import { storeUnavailable } from '../storage/clickhouse/driver/engine-errors.ts';
import type { FeedHead } from './head/feed-batch.ts';
import { Heartbeat } from './heartbeat.ts';
import { MessageSocket } from './message-socket.ts';
import {
  fromPlainError,
  type FromStore,
  type StoreCallName,
  type StoreCalls,
  type StoreSettings,
  type ToStore,
} from './messages.ts';
import { WorkWatch } from './work-watch.ts';

const BEAT_MS = 500;
/** The engine opens its tables before it can answer; with many parts that takes a while. */
const MAX_START_MS = 60_000;
const STDERR_KEPT = 4096;
/** Calls that run in the engine at the same time: one insert, three readers, and what node itself needs. */
const POOL_THREADS = 8;
/** Mostly free: room for the labels of as many series as queries may select (head/selection-limit.ts). */
const MAX_HEAP_MB = 1024;
/** Of young objects, twice; by default 128 MB of them would stay behind a load. */
const YOUNG_MB = 16;
/** Bytes on their way to a store that does not keep up. */
const MAX_FEED_BYTES = 32 << 20;

interface Pending {
  readonly resolve: (answer: unknown, payload: Uint8Array) => void;
  readonly reject: (error: CodedError) => void;
}

export class StoreProcess {
  /** Resolves when calls are taken, rejects with the coded error that kept it from opening. */
  readonly ready: Promise<void>;
  /** Resolves with the reason when it has ended. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #messages: MessageSocket;
  readonly #pending = new Map<number, Pending>();
  readonly #beat: NodeJS.Timeout;
  #nextId = 1;
  readonly #heart = new Heartbeat();
  readonly #work = new WorkWatch();
  #reason: string | undefined;
  #isReady = false;
  #stderr = '';

  constructor(settings: StoreSettings) {
    const main = join(import.meta.dirname, `main${extname(import.meta.filename)}`);
    const sizes = [`--max-old-space-size=${MAX_HEAP_MB}`, `--max-semi-space-size=${YOUNG_MB}`];
    // It gives pages back itself when it rests (collect-at-rest.ts).
    const flags = [...sizes, '--no-memory-reducer'];
    this.#child = spawn(process.execPath, [...flags, main, JSON.stringify(settings)], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env: withCompileCache({ ...process.env, UV_THREADPOOL_SIZE: String(POOL_THREADS) }),
    });
    // The engine prints stack traces of things that do no harm; what it says matters only if it dies.
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    const socket = this.#child.stdio[3] as Socket;
    socket.on('error', () => undefined);
    const started = Promise.withResolvers<void>();
    this.ready = started.promise;
    this.ready.catch(() => undefined);
    this.#messages = new MessageSocket(socket, (message, payload) => {
      const said = message as FromStore;
      if ('ready' in said) {
        this.#isReady = true;
        started.resolve();
      } else if ('failed' in said) {
        this.kill(said.failed.message);
        started.reject(fromPlainError(said.failed));
      } else this.#settle(said, payload);
    });
    this.ended = new Promise((resolve) => {
      const end = (reason: string): void => {
        clearInterval(this.#beat);
        this.#isReady = false;
        const error = storeUnavailable(reason);
        started.reject(error);
        for (const { reject } of this.#pending.values()) reject(error);
        this.#pending.clear();
        resolve(reason);
      };
      this.#child.once('error', (error) => end(`it could not be started: ${error.message}`));
      this.#child.once('exit', (code, signal) => end(this.#reason ?? this.#describeEnd(code, signal)));
    });
    const bornMillis = performance.now();
    this.#beat = setInterval(() => this.#check(bornMillis), BEAT_MS).unref();
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  kill(reason: string): void {
    this.#reason ??= reason;
    this.#child.kill('SIGKILL');
  }

  /** Makes a call; an abort tells the store and does not wait for it. */
  call<K extends StoreCallName>(
    name: K,
    args: StoreCalls[K]['arguments'],
    signal?: AbortSignal,
  ): Promise<{ answer: StoreCalls[K]['answer']; payload: Uint8Array }> {
    if (!this.#isReady) return Promise.reject(storeUnavailable('it is starting'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => this.#send({ id, abort: true });
      const done = (): void => {
        signal?.removeEventListener('abort', onAbort);
        this.#pending.delete(id);
      };
      this.#pending.set(id, {
        resolve: (answer, payload) => {
          done();
          resolve({ answer: answer as StoreCalls[K]['answer'], payload });
        },
        reject: (error) => {
          done();
          reject(error);
        },
      });
      this.#send({ id, call: name, arguments: args });
      if (signal?.aborted === true) onAbort();
      else signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Tells of acknowledged frames and calls `done` when they were taken; false when the store is away or far behind. */
  feed(head: FeedHead, pieces: readonly Uint8Array[], done: () => void): boolean {
    if (!this.#isReady || this.#messages.pendingBytes > MAX_FEED_BYTES) return false;
    this.#messages.send({ feed: head } satisfies ToStore, pieces, done);
    return true;
  }

  /** Lets the engine finish and end. */
  async close(patienceMs: number): Promise<void> {
    const timer = setTimeout(() => this.kill('it did not end in time'), patienceMs);
    try {
      await this.ready;
      await this.call('close', undefined);
    } catch {
      // It is gone already, or never opened: the kill below is all that is left.
    } finally {
      this.kill('it was closed');
      await this.ended;
      clearTimeout(timer);
    }
  }

  #send(message: ToStore): void {
    this.#messages.send(message);
  }

  #settle(said: Extract<FromStore, { id: number }>, payload: Uint8Array): void {
    const pending = this.#pending.get(said.id);
    if (pending === undefined) return;
    if ('error' in said) pending.reject(fromPlainError(said.error));
    else pending.resolve(said.answer, payload);
  }

  #check(bornMillis: number): void {
    if (!this.#isReady) {
      if (performance.now() - bornMillis > MAX_START_MS) this.kill('it did not start in time');
      return;
    }
    // Counted in beats of our own, so that a stall of this process is not taken for one of the store.
    const { pendingBytes, sentBytes, queuedBytes } = this.#messages;
    const isAtWork = (): boolean => this.#work.isAtWork(this.pid);
    if (this.#heart.beat({ pendingBytes, sentBytes, queuedBytes, isAtWork }))
      return this.kill(`it did not answer for ${(this.#heart.missed * BEAT_MS) / 1000} seconds`);
    this.call('ping', undefined).then(
      () => {
        this.#heart.answered();
      },
      () => undefined,
    );
  }

  #describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
    const how = signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`;
    const last = this.#stderr.trimEnd().split('\n').at(-1)!.slice(0, 500);
    return last === '' ? how : `${how}; its last words: ${last}`;
  }
}
