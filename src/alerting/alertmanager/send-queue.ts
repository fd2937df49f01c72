// What one Alertmanager is still to be told: a queue with an end, sent in batches one after the other. Nothing is sent twice: an alert
// that still fires comes again by itself.
import type { Log } from '../../base/log.ts';
import type { SentAlert } from '../schedule/sent-alert.ts';
import { encodeAlerts } from './encode-alerts.ts';

/** Of more waiting alerts the oldest are dropped, as in Prometheus 3.15 (notifier). */
export const QUEUE_CAPACITY = 10_000;
const BATCH_SIZE = 256;

/** Posts a body; rejects when the answer is none of 2xx, or none within the time that the Alertmanager is given. */
export type PostAlerts = (url: string, body: string) => Promise<void>;

export interface QueueStatistics {
  readonly sent: number;
  readonly errors: number;
  readonly dropped: number;
  readonly waiting: number;
  readonly lastError: string | undefined;
}

export class SendQueue {
  readonly url: string;
  readonly #post: PostAlerts;
  readonly #log: Log;
  readonly #counts = { sent: 0, errors: 0, dropped: 0 };
  #queue: SentAlert[] = [];
  #sending: Promise<void> | undefined;
  #lastError: string | undefined;

  constructor(url: string, post: PostAlerts, log: Log) {
    this.url = url;
    this.#post = post;
    this.#log = log;
  }

  get statistics(): QueueStatistics {
    return { ...this.#counts, waiting: this.#queue.length, lastError: this.#lastError };
  }

  /** Takes the alerts; the oldest go when there are too many. */
  add(alerts: readonly SentAlert[]): void {
    const all = [...this.#queue, ...alerts];
    const dropped = Math.max(0, all.length - QUEUE_CAPACITY);
    if (dropped > 0) {
      this.#counts.dropped += dropped;
      this.#log.warn(`${dropped} alerts for ${this.url} were dropped: ${QUEUE_CAPACITY} wait already`);
    }
    this.#queue = all.slice(dropped);
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, BATCH_SIZE);
      this.#queue = this.#queue.slice(BATCH_SIZE);
      try {
        await this.#post(this.url, encodeAlerts(batch));
        this.#counts.sent += batch.length;
        this.#lastError = undefined;
      } catch (error) {
        this.#counts.errors += batch.length;
        this.#counts.dropped += batch.length;
        const { message } = error as Error;
        if (message !== this.#lastError)
          this.#log.error(`${batch.length} alerts could not be sent to ${this.url}: ${message}`);
        this.#lastError = message;
      }
    }
  }
}
