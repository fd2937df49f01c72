// Where the windows of a range selector lie among the times of a series, and how far they reach beyond its samples.

const CLOSE_ENOUGH = 1.1;

/** Windows of `rangeMs` that end at `firstEndMs`, `firstEndMs + advanceMs`, … */
export interface Windows {
  readonly firstEndMs: number;
  readonly advanceMs: number;
  readonly steps: number;
  readonly rangeMs: number;
}

/** How far a series seems to reach, in seconds, towards a bound that is `distance` away, with samples `gap` apart. */
export function reachTowards(distance: number, gap: number): number {
  return distance >= gap * CLOSE_ENOUGH ? gap / 2 : distance;
}

/** What extrapolation needs to know of each window with two samples or more, in seconds. */
export interface Stretches {
  /** From the first sample to the last. */
  readonly sampled: Float64Array;
  /** From there to where the series seems to begin and to end. */
  readonly toStart: Float64Array;
  readonly toEnd: Float64Array;
  /** By how much the change between the two is to be stretched, and the same for a change a second of the window. */
  readonly factor: Float64Array;
  readonly factorASecond: Float64Array;
}

export class WindowBounds {
  /** Two index columns and five stretches. */
  static readonly numbersAStep = 7;

  /** For each window its first sample, and the one behind its last. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly #windows: Windows;
  readonly #times: Float64Array;
  #stretches: Stretches | undefined;

  constructor(windows: Windows, times: Float64Array) {
    this.#windows = windows;
    this.#times = times;
    const { firstEndMs, advanceMs, steps, rangeMs } = windows;
    this.from = new Int32Array(steps);
    this.to = new Int32Array(steps);
    let endMs = firstEndMs;
    let from = 0;
    let to = 0;
    for (let step = 0; step < steps; step++, endMs += advanceMs) {
      const startMs = endMs - rangeMs;
      while (to < times.length && (times[to] as number) <= endMs) to++;
      while (from < to && (times[from] as number) <= startMs) from++;
      this.from[step] = from;
      this.to[step] = to;
    }
  }

  get stretches(): Stretches {
    this.#stretches ??= this.#findStretches();
    return this.#stretches;
  }

  #findStretches(): Stretches {
    const { firstEndMs, advanceMs, steps, rangeMs } = this.#windows;
    const column = (): Float64Array => new Float64Array(steps);
    const stretches = {
      sampled: column(),
      toStart: column(),
      toEnd: column(),
      factor: column(),
      factorASecond: column(),
    };
    let endMs = firstEndMs;
    for (let step = 0; step < steps; step++, endMs += advanceMs) {
      const from = this.from[step] as number;
      const last = (this.to[step] as number) - 1;
      if (last <= from) continue;
      const firstTime = this.#times[from] as number;
      const lastTime = this.#times[last] as number;
      const seconds = (lastTime - firstTime) / 1000;
      const gap = seconds / (last - from);
      const toStart = reachTowards((firstTime - (endMs - rangeMs)) / 1000, gap);
      const toEnd = reachTowards((endMs - lastTime) / 1000, gap);
      stretches.sampled[step] = seconds;
      stretches.toStart[step] = toStart;
      stretches.toEnd[step] = toEnd;
      const factor = (seconds + toStart + toEnd) / seconds;
      stretches.factor[step] = factor;
      stretches.factorASecond[step] = factor / (rangeMs / 1000);
    }
    return stretches;
  }
}
