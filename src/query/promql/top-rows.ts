// topk and bottomk over all rows, each looked at as it comes: only those that are among the best so far are kept.
import type { LabelSource } from '../../model/labels.ts';
import { RankedRows } from './ranked-rows.ts';
import { SingleRow } from './single-row.ts';
import { VectorBlock } from './values.ts';

interface KeptRow {
  readonly labels: LabelSource;
  readonly dropName: boolean;
}

export class TopRows extends SingleRow {
  readonly #sign: 1 | -1;
  /** By step. */
  readonly #rankings: RankedRows;
  readonly #kept: KeptRow[] = [];

  /** The best `counts[step]` rows at each step. */
  constructor(counts: Float64Array, largest: boolean) {
    super(counts.length);
    this.#sign = largest ? 1 : -1;
    this.#rankings = new RankedRows(counts, largest);
  }

  protected override take(labels: LabelSource, dropName: boolean): void {
    const [values, present, rankings, sign] = [this.values, this.present, this.#rankings, this.#sign];
    const { thresholds } = rankings;
    const row = this.#kept.length;
    let isKept = false;
    for (let step = 0; step < values.length; step++) {
      // Most samples are not among the best; NaN is never at most something.
      if (sign * (values[step] as number) <= (thresholds[step] as number) || present[step] === 0) continue;
      rankings.add(step, row, values[step] as number);
      isKept = true;
    }
    if (isKept) this.#kept.push({ labels, dropName });
  }

  /** The rows that are among the best somewhere, with their samples there; those of an instant query, a single step, by rank. */
  finish(): VectorBlock {
    this.close();
    const steps = this.values.length;
    const rankings = this.#rankings;
    const wins = this.#findWinners();
    const block = new VectorBlock(steps, wins.length);
    const places = new Int32Array(this.#kept.length);
    for (const row of wins) {
      const { labels, dropName } = this.#kept[row]!;
      places[row] = block.addRow(labels, dropName);
    }
    for (let step = 0; step < steps; step++) {
      for (let i = 0; i < rankings.countAt(step); i++) {
        const at = (places[rankings.rowAt(step, i)] as number) + step;
        block.values[at] = rankings.valueAt(step, i);
        block.present[at] = 1;
      }
    }
    return block;
  }

  #findWinners(): readonly number[] {
    const rankings = this.#rankings;
    const steps = this.values.length;
    if (steps === 1) return rankings.ranked(0);
    const isWinner = new Uint8Array(this.#kept.length);
    for (let step = 0; step < steps; step++)
      for (let i = 0; i < rankings.countAt(step); i++) isWinner[rankings.rowAt(step, i)] = 1;
    return Array.from(isWinner.keys()).filter((row) => isWinner[row] === 1);
  }
}
