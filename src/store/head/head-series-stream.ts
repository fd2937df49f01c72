// Series of the head one after the other, each into the same memory: it stays in the processor's cache while it is evaluated.
import { failTooManySamples } from '../../query/promql/query-error.ts';
import type { SelectedSeries, SeriesStream } from '../../query/promql/series-source.ts';
import type { HotHead } from './hot-head.ts';
import type { SamplePlace } from './sample-chunks.ts';
import { SharedTimes } from './shared-times.ts';

const FIRST_SAMPLES = 1024;

export class HeadSeriesStream implements SeriesStream {
  readonly #head: HotHead;
  readonly #numbers: Int32Array;
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #maxSamples: number;
  readonly #onStart: () => void;

  constructor(
    head: HotHead,
    numbers: Int32Array,
    fromMs: number,
    toMs: number,
    maxSamples: number,
    onStart: () => void,
  ) {
    this.#head = head;
    this.#numbers = numbers;
    this.#fromMs = fromMs;
    this.#toMs = toMs;
    this.#maxSamples = maxSamples;
    this.#onStart = onStart;
  }

  get size(): number {
    return this.#numbers.length;
  }

  *[Symbol.iterator](): Generator<SelectedSeries> {
    this.#onStart();
    const { chunks, index, spaces } = this.#head;
    const [fromMs, toMs] = [this.#fromMs, this.#toMs];
    const shared = new SharedTimes();
    let place: SamplePlace = { space: spaces.take(FIRST_SAMPLES), at: 0, timesAt: 0 };
    const reserve = (most: number): SamplePlace => {
      if (most > place.space.values.length) {
        spaces.giveBack(place.space);
        place = { space: spaces.take(most * 2), at: 0, timesAt: 0 };
      }
      return place;
    };
    let values: Float64Array = new Float64Array(0);
    let total = 0;
    try {
      for (const series of this.#numbers) {
        const count = chunks.read(series, fromMs, toMs, reserve, shared);
        if (count === 0) continue;
        total += count;
        if (total > this.#maxSamples) failTooManySamples(this.#maxSamples);
        const { space } = place;
        const times = chunks.knownTimes ?? shared.keep(space.times.slice(0, count));
        // Most series have as many samples as the one before.
        if (values.length !== count || values.buffer !== space.values.buffer) values = space.values.subarray(0, count);
        yield { labels: index.labelsOf(series), times, values };
      }
    } finally {
      spaces.giveBack(place.space);
    }
  }
}
