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

  [Symbol.iterator](): Iterator<SelectedSeries> {
    this.series = this.samples = 0;
    const stream = this.#stream[Symbol.iterator]();
    // What the stream gives is passed on as it is: a generator would wrap each series once more.
    return {
      next: () => {
        const step = stream.next();
        if (step.done === true) this.#finish();
        else this.#count(step.value);
        return step;
      },
      return: () => stream.return?.() ?? { done: true, value: undefined },
    };
  }

  #count({ values }: SelectedSeries): void {
    this.series++;
    this.samples += values.length;
    this.#state.addStreamed(values.length);
  }

  #finish(): void {
    if (!this.#isRead) this.#state.pendingStreams--;
    this.#isRead = true;
  }
}
