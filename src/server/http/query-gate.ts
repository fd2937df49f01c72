// Bounds how many queries run at once; a few more wait their turn, the rest are told to come back.
import { codedError } from '../../base/coded-error.ts';
import { serverErrors } from '../errors.ts';

const MAX_RUNNING = 8;
const MAX_WAITING = 64;

export class QueryGate {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** Runs `query` when it is its turn; throws QUERIES_TOO_MANY when too many wait, and the signal's reason when it aborts before. */
  async run<T>(query: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#running >= MAX_RUNNING) {
      if (this.#waiting.length >= MAX_WAITING)
        throw codedError(serverErrors, 'QUERIES_TOO_MANY', MAX_RUNNING + MAX_WAITING);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    try {
      signal?.throwIfAborted();
      return await query();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
