// Arrays that samples are gathered in, used again by the next query: fresh memory has to be cleared and mapped page by page, which
// takes longer than filling it.
import { makeSpace, type SampleSpace } from './sample-chunks.ts';

/** Samples of all spaces that are kept (16 bytes each). */
const MAX_KEPT_SAMPLES = 4_000_000;

export class SpacePool {
  readonly #free: SampleSpace[] = [];
  #kept = 0;

  /** Room for at least so many samples; what stood there before still stands there. */
  take(samples: number): SampleSpace {
    const fitting = this.#free.findIndex(({ times }) => times.length >= samples);
    if (fitting === -1) return makeSpace(samples);
    const [space] = this.#free.splice(fitting, 1);
    this.#kept -= space!.times.length;
    return space!;
  }

  /** Gives a space back that nobody reads any more. */
  giveBack(space: SampleSpace): void {
    if (this.#kept + space.times.length > MAX_KEPT_SAMPLES) return;
    this.#kept += space.times.length;
    this.#free.push(space);
    this.#free.sort((a, b) => a.times.length - b.times.length);
  }
}
