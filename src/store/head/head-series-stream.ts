// Series of the head one after the other, each into the same memory: it stays in the processor's cache while it is evaluated.
import type { Labels, LabelSource } from '../../model/labels.ts';
import { PerTimes } from '../../query/promql/per-times.ts';
import { failTooManySamples } from '../../query/promql/query-error.ts';
import type { SelectedSeries, SeriesStream } from '../../query/promql/series-source.ts';
import type { HotHead } from './hot-head.ts';
import type { SeriesIndex } from './series-index.ts';
import type { SamplePlace } from './sample-chunks.ts';
import { SharedTimes } from './shared-times.ts';

const FIRST_SAMPLES = 1024;
/** As if so many numbers were kept for each array of times: a thousand of them are. */
const KEPT_TIMES = 1024;

/** A series whose labels are made when somebody asks for them: an aggregation mostly asks for one, or for none. */
class HeadSeries implements SelectedSeries, LabelSource {
  readonly #index: SeriesIndex;
  readonly #number: number;
  readonly times: Float64Array;
  readonly values: Float64Array;

  constructor(index: SeriesIndex, series: number, times: Float64Array, values: Float64Array) {
    this.#index = index;
    this.#number = series;
    this.times = times;
    this.values = values;
  }

  get labels(): Labels {
    return this.#index.labelsOf(this.#number);
  }

  get source(): LabelSource {
    return this;
  }

  get(name: string): string {
    return this.#index.labelOf(this.#number, name);
  }
}

export interface StreamOptions {
  readonly fromMs: number;
  readonly toMs: number;
  /** Gives of each series the last sample. */
  readonly newestOnly: boolean;
  readonly maxSamples: number;
  /** Called when reading begins. */
  readonly onStart: () => void;
}

export class HeadSeriesStream implements SeriesStream {
  readonly #head: HotHead;
  readonly #numbers: Int32Array;
  readonly #options: StreamOptions;

  constructor(head: HotHead, numbers: Int32Array, options: StreamOptions) {
    this.#head = head;
    this.#numbers = numbers;
    this.#options = options;
  }

  get size(): number {
    return this.#numbers.length;
  }

  *[Symbol.iterator](): Generator<SelectedSeries> {
    const { fromMs, toMs, newestOnly, maxSamples, onStart } = this.#options;
    onStart();
    const { chunks, index, spaces } = this.#head;
    const shared = new SharedTimes();
    let place: SamplePlace = { space: spaces.take(FIRST_SAMPLES), at: 0, timesAt: 0 };
    const reserve = (most: number): SamplePlace => {
      if (most > place.space.values.length) {
        spaces.giveBack(place.space);
        place = { space: spaces.take(most * 2), at: 0, timesAt: 0 };
      }
      return place;
    };
    const newest = new PerTimes(KEPT_TIMES, (all) => all.subarray(all.length - 1));
    let values: Float64Array = new Float64Array(0);
    // Where in the space they begin.
    let at = 0;
    let total = 0;
    try {
      for (const series of this.#numbers) {
        const count = chunks.read(series, fromMs, toMs, reserve, shared);
        if (count === 0) continue;
        const older = newestOnly ? count - 1 : 0;
        total += count - older;
        if (total > maxSamples) failTooManySamples(maxSamples);
        const { space } = place;
        let times = chunks.knownTimes ?? shared.keep(space.times.slice(0, count));
        // Most series have as many samples as the one before, at the same times.
        if (newestOnly) times = newest.of(times);
        if (values.length !== count - older || values.buffer !== space.values.buffer || at !== older)
          values = space.values.subarray(older, count);
        at = older;
        yield new HeadSeries(index, series, times, values);
      }
    } finally {
      spaces.giveBack(place.space);
    }
  }
}
