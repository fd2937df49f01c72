// Tells a store that hangs from one that has no chance to answer: beat after beat a ping goes out, and its answer is waited for.

/** Beats without an answer that count as hanging when the store's thread rests. */
const MISSED_BEATS = 4;
/**
 * The same when it works, or would if it were given a processor or a page: a second's work in one piece takes this long on a machine where
 * many others want a processor, too.
 */
const MISSED_BUSY_BEATS = 60;

/** What is seen at a beat, before its ping goes out. */
export interface Beat {
  /** Bytes for the store that have not left this process. */
  readonly pendingBytes: number;
  /** All that have left it so far, in whole messages. */
  readonly sentBytes: number;
  /** What is left of the message that is on its way. */
  readonly queuedBytes?: number;
  /** Whether the store's thread works; asked only when it matters. */
  readonly isAtWork: () => boolean;
}

export class Heartbeat {
  #missed = 0;
  #pendingBytes = 0;
  #sentBytes = 0;
  #queuedBytes = 0;

  /** Beats without an answer. */
  get missed(): number {
    return this.#missed;
  }

  answered(): void {
    this.#missed = 0;
  }

  /** Takes a beat; whether the store hangs. */
  beat({ pendingBytes, sentBytes, queuedBytes = 0, isAtWork }: Beat): boolean {
    const wasUnsent = this.#pendingBytes > 0;
    // A busy process hands over a piece of a large message each time that it comes to it.
    const isMoving = sentBytes > this.#sentBytes || queuedBytes < this.#queuedBytes;
    // The store takes in what stands before the ping: it is we who are slow.
    if (wasUnsent && isMoving) this.#missed = 0;
    else this.#missed++;
    this.#pendingBytes = pendingBytes;
    this.#sentBytes = sentBytes;
    this.#queuedBytes = queuedBytes;
    if (this.#missed <= MISSED_BEATS) return false;
    // One that was stopped takes in nothing either, and must not be waited for.
    return this.#missed > MISSED_BUSY_BEATS || !isAtWork();
  }
}
