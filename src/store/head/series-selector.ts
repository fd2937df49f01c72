// Series by matchers, in the order of the tables. What a query selected is remembered: rules and dashboards select the same again and
// again, and looking at all values of a label, or putting thousands of series in order, takes longer than reading a few of them.
import type { Matcher } from '../../query/promql/matcher.ts';
import type { SeriesIndex } from './series-index.ts';

const MAX_KEPT = 2048;
const MAX_KEPT_SERIES = 1_000_000;

interface Selection {
  /** Series that the index had. */
  readonly of: number;
  readonly numbers: Int32Array;
}

export class SeriesSelector {
  readonly #index: SeriesIndex;
  /** By the text of the matchers, the one that was asked for longest ago first. */
  readonly #kept = new Map<string, Selection>();
  #series = 0;

  constructor(index: SeriesIndex) {
    this.#index = index;
  }

  /** The series that match, in the order in which the tables give them: that of their fingerprints. The array is not to be changed. */
  select(matchers: readonly Matcher[]): Int32Array {
    const index = this.#index;
    const key = matchers.map(String).join(',');
    const known = this.#kept.get(key);
    // The index only grows.
    if (known?.of === index.size) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known.numbers;
    }
    const numbers = index.select(matchers).sort((a, b) => index.compare(a, b));
    this.#forget(key);
    if (numbers.length > MAX_KEPT_SERIES) return numbers;
    this.#kept.set(key, { of: index.size, numbers });
    this.#series += numbers.length;
    while (this.#kept.size > MAX_KEPT || this.#series > MAX_KEPT_SERIES) this.#forget(this.#kept.keys().next().value!);
    return numbers;
  }

  #forget(key: string): void {
    this.#series -= this.#kept.get(key)?.numbers.length ?? 0;
    this.#kept.delete(key);
  }
}
