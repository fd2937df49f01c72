// Rows that never became a frame (refused, or sent twice), counted by source until a record in the spool holds them.
import type { Tally } from './spool-records.ts';

/** Beyond so many sources at a time, new ones are counted as one. */
const MAX_SOURCES = 20_000;
const OTHER_SOURCES = '(other sources)';

export class PendingTallies {
  #tallies = new Map<string, { refused: number; deduplicated: number }>();

  get isEmpty(): boolean {
    return this.#tallies.size === 0;
  }

  add(source: string, { refused, deduplicated }: Tally): void {
    const name = this.#tallies.has(source) || this.#tallies.size < MAX_SOURCES ? source : OTHER_SOURCES;
    let tally = this.#tallies.get(name);
    if (tally === undefined) {
      tally = { refused: 0, deduplicated: 0 };
      this.#tallies.set(name, tally);
    }
    tally.refused += refused;
    tally.deduplicated += deduplicated;
  }

  /** Gives what was counted so far and begins anew. */
  take(): Readonly<Record<string, Tally>> {
    const taken = Object.fromEntries(this.#tallies);
    this.#tallies = new Map();
    return taken;
  }

  /** Takes back what could not be written. */
  putBack(taken: Readonly<Record<string, Tally>>): void {
    for (const [source, tally] of Object.entries(taken)) this.add(source, tally);
  }
}
