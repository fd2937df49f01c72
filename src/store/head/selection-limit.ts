// Series that running queries have selected: their labels are objects, and the heap that they live in has a bound, behind which the
// process would end. A query too many is refused instead.
import { QueryError } from '../../query/promql/query-error.ts';

/** They take about 700 bytes each: two thirds of the store's heap. */
const MAX_SELECTED_SERIES = 1_000_000;

export class SelectionLimit {
  readonly #limit: number;
  #selected = 0;

  constructor(limit: number = MAX_SELECTED_SERIES) {
    this.#limit = limit;
  }

  /** Throws a QueryError when there is no room for so many more. */
  take(series: number): void {
    if (this.#selected + series > this.#limit)
      throw new QueryError(
        'execution',
        `the query selects ${series} series, which with ${this.#selected} that are selected already is more than ${this.#limit}: narrow its matchers, or ask again later`,
      );
    this.#selected += series;
  }

  giveBack(series: number): void {
    this.#selected -= series;
  }
}
