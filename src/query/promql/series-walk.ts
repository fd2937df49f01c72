// One series and all its windows, for functions that go through them in a loop of their own. One object is reused for all series.

/** Windows of `rangeMs` that end at `firstEndMs`, `firstEndMs + advanceMs`, …; the answers go to `results` from `offset` on. */
export class SeriesWalk {
  times: Float64Array = new Float64Array(0);
  values: Float64Array = new Float64Array(0);
  offset = 0;
  readonly firstEndMs: number;
  readonly advanceMs: number;
  readonly steps: number;
  readonly rangeMs: number;
  readonly results: Float64Array;
  readonly present: Uint8Array;
  #falls = new Int32Array(0);

  constructor(
    windows: { firstEndMs: number; advanceMs: number; steps: number; rangeMs: number },
    results: Float64Array,
    present: Uint8Array,
  ) {
    this.firstEndMs = windows.firstEndMs;
    this.advanceMs = windows.advanceMs;
    this.steps = windows.steps;
    this.rangeMs = windows.rangeMs;
    this.results = results;
    this.present = present;
  }

  /** For each sample the index of the last one, up to itself, that is below its predecessor; 0 when there is none. */
  findFalls(): Int32Array {
    const { values } = this;
    const { length } = values;
    if (this.#falls.length < length) this.#falls = new Int32Array(length * 2);
    const falls = this.#falls;
    let last = 0;
    falls[0] = 0;
    for (let i = 1; i < length; i++) {
      if ((values[i] as number) < (values[i - 1] as number)) last = i;
      falls[i] = last;
    }
    return falls;
  }
}
