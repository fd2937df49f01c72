// The series that one frame was refused, as its head keeps them: a replay refuses the same ones, whatever the budget is by then.
import { codedError, type ErrorTable } from '../../base/coded-error.ts';
import type { SeriesAdmission } from '../../model/series-admission.ts';
import { SeriesTable } from './series-table.ts';

export const budgetErrors = {
  SERIES_REFUSED: {
    status: 413,
    text: (limit: number, metric: string) =>
      `expected at most ${limit} series in one request that exceed the budget of their metric, got more, the last of ${metric}: drop the label that makes them`,
  },
} satisfies ErrorTable;

/** Eleven bytes each in a frame's head, which may have sixteen MiB. */
const MAX_REFUSED = 1_000_000;

export class RefusedSeries {
  readonly #table = new SeriesTable();
  readonly #words: number[] = [];

  get isEmpty(): boolean {
    return this.#words.length === 0;
  }

  has(low: number, high: number): boolean {
    return this.#table.has(low, high);
  }

  /** Adds a series of `metric`; false when it is there. Throws SERIES_REFUSED. */
  add(low: number, high: number, metric: string): boolean {
    if (this.#table.has(low, high)) return false;
    if (this.#words.length >= 2 * MAX_REFUSED) throw codedError(budgetErrors, 'SERIES_REFUSED', MAX_REFUSED, metric);
    this.#table.add(low, high, 1, 1);
    this.#words.push(low, high);
    return true;
  }

  /** The fingerprints, eight bytes each, little-endian, in base64. */
  encode(): string {
    const bytes = Buffer.alloc(this.#words.length * 4);
    this.#words.forEach((word, i) => bytes.writeInt32LE(word, i * 4));
    return bytes.toString('base64');
  }

  static decode(text: string): RefusedSeries {
    const bytes = Buffer.from(text, 'base64');
    const refused = new RefusedSeries();
    for (let at = 0; at + 8 <= bytes.length; at += 8) refused.add(bytes.readInt32LE(at), bytes.readInt32LE(at + 4), '');
    return refused;
  }
}

/** Decides as it was decided when the frame came. */
export function recordedAdmission(text: string): SeriesAdmission {
  const refused = RefusedSeries.decode(text);
  return { admits: (_metric, low, high) => !refused.has(low, high) };
}
