// The eras of labels: in one, no labels that were inserted go away, and the hot head was told of all of them. It ends when a partition
// is dropped, when the head begins anew, and with the process. Inserts and drops take turns, so that what a block relies on holds until
// the block is in the tables (docs/decisions/0014-labels-once-a-partition.md).
import { randomUUID } from 'node:crypto';
import type { InsertOutcome } from '../storage/ports/block-sink.ts';
import type { DroppedPartition } from '../storage/retention.ts';

/** What samples refer to. */
const LABEL_TABLES: readonly string[] = ['series', 'resources'];

export class LabelEras {
  readonly #isAlone: boolean;
  #current: string | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** `isAlone`: nobody else drops partitions of these tables. If not, there is no era, and every block brings its labels. */
  constructor(isAlone: boolean) {
    this.#isAlone = isAlone;
    this.begin();
  }

  /** From here on every label has to come again. */
  begin(): void {
    this.#current = this.#isAlone ? randomUUID() : undefined;
  }

  /** Inserts a block by `run`, unless it relies on another era. */
  insert(reliesOn: string | undefined, run: () => Promise<void>): Promise<readonly [InsertOutcome]> {
    return this.#inTurn(async () => {
      const era = this.#current;
      if (reliesOn !== undefined && reliesOn !== era) return [{ kind: 'labels-missing' }];
      await run();
      return [{ kind: 'stored', era: era === this.#current ? era : undefined }];
    });
  }

  /** Drops partitions by `run`. */
  drop(run: () => Promise<readonly DroppedPartition[]>): Promise<readonly [dropped: readonly DroppedPartition[]]> {
    return this.#inTurn(async () => {
      let isOver = true;
      try {
        const dropped = await run();
        isOver = dropped.some(({ table }) => LABEL_TABLES.includes(table));
        return [dropped];
      } finally {
        // What fails may have dropped something.
        if (isOver) this.begin();
      }
    });
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
