// by and without: which rows fall into one group.
import { METRIC_NAME, type Labels, type LabelSource } from '../../model/labels.ts';

/** Groups by the labels `grouping`, or, `without` them and the metric name, by all others. */
export class RowGrouper {
  /** Of each group, in the order of their first rows. */
  readonly labels: Labels[] = [];
  readonly #names: ReadonlySet<string>;
  readonly #without: boolean;
  /** The only name to group by. */
  readonly #single: string | undefined;
  readonly #numbers = new Map<string, number>();

  constructor(grouping: readonly string[], without: boolean) {
    this.#names = new Set(without ? [...grouping, METRIC_NAME] : grouping);
    this.#without = without;
    this.#single = without || this.#names.size !== 1 ? undefined : grouping[0];
  }

  /** The number of the group that a row falls into. */
  groupOf(row: LabelSource): number {
    const key = this.#keyOf(row);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.labels.length);
    const { labels } = row;
    return this.labels.push(this.#without ? labels.without(this.#names) : labels.only(this.#names)) - 1;
  }

  #keyOf(row: LabelSource): string {
    if (this.#without) return row.labels.without(this.#names).key;
    if (this.#single !== undefined) return row.get(this.#single);
    // The values tell the groups apart; labels are made once a group.
    let key = '';
    for (const name of this.#names) {
      const value = row.get(name);
      key += `${value.length}:${value}`;
    }
    return key;
  }
}

/** For each row the number of its group; the groups in the order of their first rows. */
export interface RowGroups {
  readonly groupOf: Int32Array;
  readonly labels: readonly Labels[];
}

export function groupRows(rows: readonly Labels[], grouping: readonly string[], without: boolean): RowGroups {
  const grouper = new RowGrouper(grouping, without);
  return { groupOf: Int32Array.from(rows, (row) => grouper.groupOf(row)), labels: grouper.labels };
}
