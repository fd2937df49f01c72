// So many queries run at once; the others wait in the order in which they came, and not too many of them.
import { QueryError } from '../../query/promql/query-error.ts';
import { ApiError } from './api-error.ts';

const RETRY_SECONDS = 1;

interface Waiting {
  readonly enter: () => void;
}

export class QueryGate {
  readonly #running: number;
  readonly #waitingLimit: number;
  readonly #queue = new Set<Waiting>();
  #inside = 0;

  constructor(running: number, waiting: number) {
    this.#running = running;
    this.#waitingLimit = waiting;
  }

  /**
   * Runs `work` when its turn comes; throws ApiError, or QueryError when the wait was cancelled. `signal` makes what ends the wait, if
   * there is one.
   */
  async run<T>(signal: () => AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      return await work();
    } finally {
      this.#inside--;
      const [next] = this.#queue;
      next?.enter();
    }
  }

  #enter(makeSignal: () => AbortSignal): Promise<void> {
    if (this.#inside < this.#running) {
      this.#inside++;
      return Promise.resolve();
    }
    if (this.#queue.size >= this.#waitingLimit)
      throw new ApiError(
        'unavailable',
        `${this.#running} queries run and ${this.#waitingLimit} wait already; try again`,
        RETRY_SECONDS,
      );
    const signal = makeSignal();
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        enter: () => {
          this.#queue.delete(waiting);
          signal.removeEventListener('abort', leave);
          this.#inside++;
          resolve();
        },
      };
      const leave = (): void => {
        this.#queue.delete(waiting);
        const isTimeout = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
        reject(
          isTimeout
            ? new QueryError('timeout', 'query timed out in query queue')
            : new QueryError('canceled', 'query was canceled in query queue'),
        );
      };
      this.#queue.add(waiting);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
