// One run of the store as a child process, from its start to its end: calls go out, answers come back, a beat every half second
// tells a hanging one from a busy one. Never restarted; store-client.ts makes the next.
import { spawn, type ChildProcess } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import type { Socket } from 'node:net';
import { extname, join } from 'node:path';
import type { CodedError } from '../base/coded-error.ts';
import { storeUnavailable } from '../storage/clickhouse/driver/engine-errors.ts';
import { MessageSocket } from './message-socket.ts';
import {
  fromPlainError,
  type FromStore,
  type StoreCallName,
  type StoreCalls,
  type StoreSettings,
  type ToStore,
} from './messages.ts';

const BEAT_MS = 500;
/** Beats without an answer that count as hanging. */
const MISSED_BEATS = 4;
/** The engine opens its tables before it can answer; with many parts that takes a while. */
const MAX_START_MS = 60_000;
const STDERR_KEPT = 4096;
/** Calls that run in the engine at the same time: one insert, three readers, and what node itself needs. */
const POOL_THREADS = 8;
const MAX_HEAP_MB = 256;

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
  #missed = 0;
  #reason: string | undefined;
  #isReady = false;
  #stderr = '';

  constructor(settings: StoreSettings) {
    const main = join(import.meta.dirname, `main${extname(import.meta.filename)}`);
    const cache = getCompileCacheDir();
    this.#child = spawn(process.execPath, [`--max-old-space-size=${MAX_HEAP_MB}`, main, JSON.stringify(settings)], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        UV_THREADPOOL_SIZE: String(POOL_THREADS),
        ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: cache }),
      },
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
    if (++this.#missed > MISSED_BEATS) return this.kill('it did not answer for two seconds');
    this.call('ping', undefined).then(
      () => {
        this.#missed = 0;
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
