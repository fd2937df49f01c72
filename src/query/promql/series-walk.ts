// One series and all its windows, for functions that go through them in a loop of their own. One object is reused for all series.
import { PerTimes } from './per-times.ts';
import { WindowBounds, type Windows } from './window-bounds.ts';

/** The answers go to `results` from `offset` on. */
export class SeriesWalk {
  values: Float64Array = new Float64Array(0);
  bounds: WindowBounds;
  offset = 0;
  readonly windows: Windows;
  readonly results: Float64Array;
  readonly present: Uint8Array;
  readonly #bounds: PerTimes<WindowBounds>;
  #falls = new Int32Array(0);
  #sums = new Float64Array(1);

  constructor(windows: Windows, results: Float64Array, present: Uint8Array) {
    this.windows = windows;
    this.results = results;
    this.present = present;
    this.#bounds = new PerTimes(windows.steps * WindowBounds.numbersAStep, (times) => new WindowBounds(windows, times));
    this.bounds = new WindowBounds({ ...windows, steps: 0 }, new Float64Array(0));
  }

  /** Goes on to a series whose answers go to `offset`. */
  take(times: Float64Array, values: Float64Array, offset: number): void {
    this.bounds = this.#bounds.of(times);
    this.values = values;
    this.offset = offset;
  }

  /** For each sample the index of the last one, up to itself, that is below its predecessor; undefined when there is none at all. */
  findFalls(): Int32Array | undefined {
    const { values } = this;
    const { length } = values;
    let first = 1;
    while (first < length && !((values[first] as number) < (values[first - 1] as number))) first++;
    if (first >= length) return undefined;
    if (this.#falls.length < length) this.#falls = new Int32Array(length * 2);
    const falls = this.#falls.fill(0, 0, first);
    let last = first;
    for (let i = first; i < length; i++) {
      if ((values[i] as number) < (values[i - 1] as number)) last = i;
      falls[i] = last;
    }
    return falls;
  }

  /** For each sample, and behind the last, the sum of all before it; undefined when they are not whole numbers with exact sums. */
  findExactSums(): Float64Array | undefined {
    const { values } = this;
    const { length } = values;
    if (this.#sums.length <= length) this.#sums = new Float64Array(length * 2 + 1);
    const sums = this.#sums;
    let sum = 0;
    let magnitude = 0;
    for (let i = 0; i < length; i++) {
      const value = values[i] as number;
      if (value !== Math.floor(value)) return undefined;
      magnitude += Math.abs(value);
      sum += value;
      sums[i + 1] = sum;
    }
    return magnitude <= Number.MAX_SAFE_INTEGER ? sums : undefined;
  }
}
