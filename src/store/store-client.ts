// The store as the front sees it: the storage ports, with a supervisor behind them that starts the store again whenever it dies or
// hangs. While it is away every call rejects with STORE_UNAVAILABLE at once; the spool keeps what comes in.
import { CodedError } from '../base/coded-error.ts';
import { storeUnavailable } from '../storage/clickhouse/driver/engine-errors.ts';
import type { RequestRunner, RunOptions } from '../storage/clickhouse/engine.ts';
import type { RawAnswer } from '../storage/clickhouse/raw-answer.ts';
import type { EngineRequest } from '../storage/clickhouse/sql/requests.ts';
import type { TableStatistics } from '../storage/clickhouse/statistics.ts';
import {
  ClickHouseLogStore,
  ClickHouseMetricStore,
  ClickHouseTraceStore,
} from '../storage/clickhouse/telemetry-stores.ts';
import type { BlockFile, BlockSink, InsertOutcome } from '../storage/ports/block-sink.ts';
import { defaultLimits } from '../storage/ports/query-result.ts';
import type { LogStore, MetricStore, TraceStore } from '../storage/ports/telemetry-store.ts';
import type { Tap } from '../storage/ports/tap.ts';
import type { DroppedPartition, RetentionPolicy } from '../storage/retention.ts';
import type { QueryRunner } from '../query/promql/query-runner.ts';
import { HeadFeed } from './head/head-feed.ts';
import type { HeadState, StoreCallName, StoreCalls, StoreSettings } from './messages.ts';
import { StoreIndexReader } from './store-index-reader.ts';
import { StoreProcess } from './store-process.ts';
import { StoreQueryRunner } from './store-query-runner.ts';

const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 2000;
const CLOSE_PATIENCE_MS = 5000;

export type StoreEvent =
  | { readonly kind: 'ready'; readonly milliseconds: number; readonly restarts: number }
  | { readonly kind: 'ended'; readonly reason: string };

/** Whether the store cannot be opened however often it is tried. */
export function isFinal(error: unknown): boolean {
  return error instanceof CodedError && (error.status !== 503 || error.code === 'STORE_IN_USE');
}

export interface StoreClientOptions extends StoreSettings {
  readonly onEvent?: (event: StoreEvent) => void;
}

export class StoreClient implements RequestRunner, BlockSink {
  readonly logs: LogStore = new ClickHouseLogStore(this);
  readonly traces: TraceStore = new ClickHouseTraceStore(this);
  readonly metrics: MetricStore = new ClickHouseMetricStore(this);
  /** PromQL. */
  readonly queries: QueryRunner = new StoreQueryRunner((args, signal) => this.#call('evaluate', args, signal));
  /** Which series there are. */
  readonly index = new StoreIndexReader({
    lookUp: async (question, signal) => (await this.#call('lookUp', question, signal)).answer,
    cardinality: async (rows, signal) => (await this.#call('cardinality', { rows }, signal)).answer,
  });
  /** Keeps the hot head fed. */
  readonly tap: Tap;
  /** The first start: rejects with the reason when the store cannot be opened at all (STORE_IN_USE, STORE_SCHEMA_NEWER …); it is not tried again then. */
  readonly ready: Promise<void>;
  readonly #options: StoreClientOptions;
  readonly #feed = new HeadFeed((head, pieces, done) => this.#process.feed(head, pieces, done));
  #process: StoreProcess;
  #closed = false;
  #restarts = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #nextStart: NodeJS.Timeout | undefined;

  constructor(options: StoreClientOptions) {
    this.#options = options;
    this.tap = this.#feed;
    this.#process = this.#start();
    this.ready = this.#process.ready;
  }

  /** Whether calls are taken just now. */
  get isReady(): boolean {
    return this.#process.isReady;
  }

  /** How often the store was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Process id of the running store. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  async run(request: EngineRequest, { limits = defaultLimits, signal }: RunOptions = {}): Promise<RawAnswer> {
    const { answer, payload } = await this.#call('run', { request, limits }, signal);
    return { ...answer, bytes: payload };
  }

  async insert(token: string, files: readonly BlockFile[], reliesOn?: string): Promise<InsertOutcome> {
    return (await this.#call('insert', { token, files, reliesOn })).answer;
  }

  /** What the hot head holds. Until it is rebuilt, answers come from the tables alone. */
  async head(): Promise<HeadState> {
    return (await this.#call('head', undefined)).answer;
  }

  /** Rows and bytes of every table. */
  async statistics(): Promise<readonly TableStatistics[]> {
    return (await this.#call('statistics', undefined)).answer;
  }

  /** Drops the partitions whose time is over, or that have to go for the disk; says which. */
  async retain(policy: RetentionPolicy, nowMillis: number = Date.now()): Promise<readonly DroppedPartition[]> {
    return (await this.#call('retain', { policy, nowMillis })).answer;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#nextStart);
    await this.#process.close(CLOSE_PATIENCE_MS);
  }

  #call<K extends StoreCallName>(
    name: K,
    args: StoreCalls[K]['arguments'],
    signal?: AbortSignal,
  ): Promise<{ answer: StoreCalls[K]['answer']; payload: Uint8Array }> {
    if (this.#closed) return Promise.reject(storeUnavailable('it is closed'));
    // What was acknowledged is in the answer; and what the head was told of is not read again from the block that is inserted.
    this.#feed.flush();
    return this.#process.call(name, args, signal);
  }

  #start(): StoreProcess {
    const { onEvent, ...settings } = this.#options;
    const born = performance.now();
    const started = new StoreProcess(settings);
    let failure: unknown;
    started.ready.then(
      () => {
        this.#pauseMs = FIRST_PAUSE_MS;
        onEvent?.({ kind: 'ready', milliseconds: performance.now() - born, restarts: this.#restarts });
      },
      (error: unknown) => (failure = error),
    );
    void started.ended.then((reason) => {
      if (this.#closed || (this.#restarts === 0 && isFinal(failure))) return;
      onEvent?.({ kind: 'ended', reason });
      this.#nextStart = setTimeout(() => {
        this.#restarts++;
        this.#process = this.#start();
      }, this.#pauseMs);
      this.#pauseMs = Math.min(this.#pauseMs * 2, MAX_PAUSE_MS);
    });
    return started;
  }
}
