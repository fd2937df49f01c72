// How long a block gathers rows: a second, so that what came can be queried soon; longer and longer while little comes, because
// every block becomes a part that the engine has to merge.

const FIRST_MILLIS = 1000;
const LAST_MILLIS = 10_000;
/** A block with fewer rows than this lets the next one wait twice as long. */
const FEW_ROWS = 5000;
/** How large a block of samples is to be: they are seen before they are inserted, so that only memory speaks against waiting for more. */
const ENOUGH_BYTES = 12 << 20;

export class BlockInterval {
  #millis = FIRST_MILLIS;

  isOver(openedAt: number, now: number): boolean {
    return now - openedAt >= this.#millis;
  }

  /** A block of so many bytes was closed because its time was over, with so many rows that are no samples. */
  closed(bytes: number, others: number): void {
    const longer = others < FEW_ROWS ? this.#millis * Math.min(2, ENOUGH_BYTES / bytes) : FIRST_MILLIS;
    this.#millis = Math.min(Math.max(longer, FIRST_MILLIS), LAST_MILLIS);
  }

  /** Nothing came for a while: the next row is wanted soon. */
  reset(): void {
    this.#millis = FIRST_MILLIS;
  }
}
