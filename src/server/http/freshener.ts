// Little traffic gathers for up to ten seconds before it goes to the engine. When somebody looks, it goes at once, so that the
// next look shows it; queries never wait for it.
import type { Log } from '../../base/log.ts';

const MIN_PAUSE_MILLIS = 1000;

export class Freshener {
  readonly #flush: () => Promise<void>;
  readonly #isUseful: () => boolean;
  readonly #log: Log;
  #running = false;
  #lastMillis = 0;

  /** `flush` brings what is acknowledged to the engine; `isUseful` says whether that can work at the moment. */
  constructor(flush: () => Promise<void>, isUseful: () => boolean, log: Log) {
    this.#flush = flush;
    this.#isUseful = isUseful;
    this.#log = log;
  }

  run(): void {
    const now = performance.now();
    if (this.#running || now - this.#lastMillis < MIN_PAUSE_MILLIS || !this.#isUseful()) return;
    this.#running = true;
    this.#lastMillis = now;
    this.#flush()
      .catch((error: unknown) => this.#log.warn(`bringing new rows to the engine: ${(error as Error).message}`))
      .finally(() => {
        this.#running = false;
      });
  }
}
