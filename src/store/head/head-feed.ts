// The tap that keeps the hot head fed: acknowledged frames, gathered for a moment, go to the store as columns. Few large messages cost
// both processes much less than one a frame; whoever asks the store something flushes first, so that no answer tells the difference.
import type { TelemetryBlock } from '../../model/telemetry-block.ts';
import type { Tap, TappedFrame } from '../../storage/ports/tap.ts';
import { FeedBatch, type FeedHead } from './feed-batch.ts';

/** Larger batches go at once. */
const MAX_BATCH_BYTES = 768 << 10;
const GATHER_MILLIS = 50;

/** Sends a batch and calls `done` when its pieces are not needed any more; false when the store cannot take it now. */
export type SendFeed = (head: FeedHead, pieces: readonly Uint8Array[], done: () => void) => boolean;

export class HeadFeed implements Tap {
  readonly #send: SendFeed;
  readonly #batch = new FeedBatch();
  #timer: NodeJS.Timeout | undefined;

  constructor(send: SendFeed) {
    this.#send = send;
  }

  accepted(block: TelemetryBlock, { number, from, to }: TappedFrame): void {
    this.#batch.add(number, block.series, from.series, to.series);
    this.#batch.addSamples(block.samples, from.samples, to.samples);
    if (this.#batch.bytes > MAX_BATCH_BYTES) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), GATHER_MILLIS).unref();
  }

  /** Sends what was gathered. What cannot be sent is let go: the store takes it from the block. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#batch.isEmpty) return;
    const { head, pieces, release } = this.#batch.take();
    if (!this.#send(head, pieces, release)) release();
  }
}
