// topk and bottomk over all rows, each looked at as it comes: only those that are among the best so far are kept.
import type { Labels } from '../../model/labels.ts';
import { RankedRows } from './ranked-rows.ts';
import type { RowSink } from './row-sink.ts';
import { VectorBlock } from './values.ts';

interface KeptRow {
  readonly labels: Labels;
  readonly dropName: boolean;
}

export class TopRows implements RowSink {
  readonly labels: Labels[] = [];
  readonly values: Float64Array;
  readonly present: Uint8Array;
  readonly #sign: 1 | -1;
  /** By step; undefined where none is wanted. */
  readonly #rankings: readonly (RankedRows | undefined)[];
  /** By step: what a value has to exceed to be among the best. */
  readonly #thresholds: Float64Array;
  readonly #kept: KeptRow[] = [];
  #dropsName = false;
  #isOpen = false;

  /** The best `counts[step]` rows at each step. */
  constructor(counts: Float64Array, largest: boolean) {
    this.values = new Float64Array(counts.length);
    this.present = new Uint8Array(counts.length);
    this.#sign = largest ? 1 : -1;
    this.#rankings = Array.from(counts, (count) =>
      count >= 1 ? new RankedRows(Math.trunc(count), largest) : undefined,
    );
    this.#thresholds = new Float64Array(counts.length).fill(NaN);
  }

  addRow(labels: Labels, dropName: boolean): number {
    this.#close();
    this.labels.push(labels);
    this.#dropsName = dropName;
    this.#isOpen = true;
    return 0;
  }

  removeLastRow(): void {
    this.labels.pop();
    this.present.fill(0);
    this.#isOpen = false;
  }

  /** Ranks the row that was begun last. */
  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const [values, present, thresholds, sign] = [this.values, this.present, this.#thresholds, this.#sign];
    const row = this.#kept.length;
    let isKept = false;
    for (let step = 0; step < values.length; step++) {
      // Most samples are not among the best; NaN is never at most something.
      if (sign * (values[step] as number) <= (thresholds[step] as number) || present[step] === 0) continue;
      const ranking = this.#rankings[step];
      if (ranking === undefined) continue;
      ranking.add(row, values[step] as number);
      thresholds[step] = ranking.threshold;
      isKept = true;
    }
    present.fill(0);
    if (isKept) this.#kept.push({ labels: this.labels.at(-1)!, dropName: this.#dropsName });
  }

  /** The rows that are among the best somewhere, with their samples there; those of an instant query, a single step, by rank. */
  finish(): VectorBlock {
    this.#close();
    const steps = this.values.length;
    const wins = this.#findWinners();
    const block = new VectorBlock(steps, wins.length);
    const places = new Int32Array(this.#kept.length);
    for (const row of wins) {
      const { labels, dropName } = this.#kept[row]!;
      places[row] = block.addRow(labels, dropName);
    }
    this.#rankings.forEach((ranking, step) => {
      ranking?.rows.forEach((row, place) => {
        const at = places[row]! + step;
        block.values[at] = ranking.valueAt(place);
        block.present[at] = 1;
      });
    });
    return block;
  }

  #findWinners(): readonly number[] {
    const rankings = this.#rankings;
    if (rankings.length === 1) return rankings[0]?.ranked() ?? [];
    const isWinner = new Uint8Array(this.#kept.length);
    for (const ranking of rankings) for (const row of ranking?.rows ?? []) isWinner[row] = 1;
    return Array.from(isWinner.keys()).filter((row) => isWinner[row] === 1);
  }
}
