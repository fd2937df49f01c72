// A selection that is read while it is evaluated, and what was read of it.
import type { SelectedSeries, SeriesStream } from './series-source.ts';

/** What is told of the reading. */
interface ReadingState {
  /** Streams that were opened and not read yet. */
  pendingStreams: number;
  addStreamed(samples: number): void;
}

export class StreamedSelection implements Iterable<SelectedSeries> {
  readonly #stream: SeriesStream;
  readonly #state: ReadingState;
  #isRead = false;
  series = 0;
  samples = 0;

  constructor(stream: SeriesStream, state: ReadingState) {
    this.#stream = stream;
    this.#state = state;
    state.pendingStreams++;
  }

  get size(): number {
    return this.#stream.size;
  }

  *[Symbol.iterator](): Generator<SelectedSeries> {
    const state = this.#state;
    this.series = this.samples = 0;
    for (const series of this.#stream) {
      const { length } = series.values;
      this.series++;
      this.samples += length;
      state.addStreamed(length);
      yield series;
    }
    if (!this.#isRead) state.pendingStreams--;
    this.#isRead = true;
  }
}
