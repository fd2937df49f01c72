// The store with what the rest of the server says of it: whether it is there, since when it is not, and why.
import type { StatusResponse } from '../api/status.ts';
import type { StorageResponse } from '../api/storage.ts';
import type { Log } from '../base/log.ts';
import { StoreClient, isFinal } from '../store/store-client.ts';
import type { Health } from './status/health.ts';

export class SupervisedStore {
  readonly client: StoreClient;
  readonly #log: Log;
  #whyAway: string | undefined = 'it is starting';
  #wasReady = false;

  /** `onStart` is called whenever a store has started. */
  constructor(folder: string, log: Log, onStart: () => void) {
    this.#log = log;
    this.client = new StoreClient({
      folder,
      onEvent: (event) => {
        if (event.kind === 'ready') {
          this.#whyAway = undefined;
          this.#wasReady = true;
          onStart();
          log.info(`the storage engine is ready after ${Math.round(event.milliseconds)} ms`);
        } else {
          this.#whyAway = event.reason;
          log.error(`the storage engine ended: ${event.reason}; it is started again, ingest goes on`);
        }
      },
    });
  }

  /** Why queries are refused just now; undefined when they are not. */
  get whyAway(): string | undefined {
    return this.#whyAway;
  }

  addTo(health: Health): void {
    health.add({
      component: 'store',
      // Once the migrations ran, a store that is away makes queries fail, and nothing else.
      blocksReady: false,
      check: () => (this.#whyAway === undefined ? undefined : `queries are refused: ${this.#whyAway}`),
    });
    health.add({
      component: 'migrations',
      blocksReady: true,
      check: () => (this.#wasReady ? undefined : 'the storage engine has not been up yet'),
    });
  }

  /** Resolves when the store is there or may still come; rejects when it cannot be opened at all. */
  async firstStart(): Promise<void> {
    await this.client.ready.catch((error: unknown) => {
      if (isFinal(error)) throw error;
      this.#log.error(`the storage engine does not start yet: ${(error as Error).message}`);
    });
  }

  describe(): StatusResponse['store'] {
    const { isReady, restarts, pid } = this.client;
    return {
      state: isReady ? 'up' : this.#wasReady ? 'down' : 'starting',
      restarts,
      ...(pid === undefined ? {} : { pid }),
    };
  }

  async describeTables(): Promise<Pick<StorageResponse, 'tables' | 'partitions'>> {
    const tables = await this.client.statistics();
    return {
      tables: tables.map(({ table, rows, bytes, columnBytes, indexBytes, rawBytes }) => ({
        table,
        rows,
        bytes,
        columnBytes,
        textIndexBytes: indexBytes,
        rawBytes,
      })),
      partitions: tables.flatMap(({ table, partitions }) => partitions.map((partition) => ({ table, ...partition }))),
    };
  }
}
