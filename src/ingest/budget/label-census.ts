// Which label makes the series of a metric many: the values of each label among the newest series, as far as a bound.
import type { LabelPair } from '../../model/series-identity.ts';

const MAX_LABELS = 64;
const MAX_VALUES = 1000;
const MAX_VALUE_LENGTH = 120;
const SHOWN_VALUES = 5;

export interface CrowdedLabel {
  readonly name: string;
  /** A few of its newest values. */
  readonly values: readonly string[];
}

export class LabelCensus {
  readonly #values = new Map<string, Set<string>>();

  add(labels: Iterable<LabelPair>): void {
    for (const [name, value] of labels) {
      if (name === '__name__') continue;
      let values = this.#values.get(name);
      if (values === undefined) {
        if (this.#values.size === MAX_LABELS) continue;
        values = new Set();
        this.#values.set(name, values);
      }
      if (values.size < MAX_VALUES) values.add(value.slice(0, MAX_VALUE_LENGTH));
    }
  }

  /** The label with the most values; undefined while none has two. */
  crowded(): CrowdedLabel | undefined {
    let [name, most] = ['', 1];
    for (const [label, { size }] of this.#values) if (size > most) [name, most] = [label, size];
    if (most === 1) return undefined;
    return { name, values: [...this.#values.get(name)!].slice(-SHOWN_VALUES).toReversed() };
  }
}
