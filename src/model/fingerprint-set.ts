// A set of fingerprints without an object an entry.
import { giveBack } from '../base/regrow.ts';

const FIRST_PLACES = 256;
const MAX_LOAD = 0.7;

export class FingerprintSet {
  /** Open addressing: low and high half, both 0 where nobody is. */
  #places = new Int32Array(2 * FIRST_PLACES);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Both halves as signed 32-bit numbers. */
  has(low: number, high: number): boolean {
    const places = this.#places;
    const at = find(places, low, high);
    return (places[at] as number) !== 0 || (places[at + 1] as number) !== 0;
  }

  /** The fingerprint 0 cannot be added: it is never in the set. */
  add(low: number, high: number): void {
    const at = find(this.#places, low, high);
    if (this.#places[at] !== 0 || this.#places[at + 1] !== 0) return;
    if (low === 0 && high === 0) return;
    this.#places[at] = low;
    this.#places[at + 1] = high;
    this.#size++;
    if (this.#size * 2 > this.#places.length * MAX_LOAD) this.#grow();
  }

  #grow(): void {
    const before = this.#places;
    const places = new Int32Array(before.length * 2);
    for (let from = 0; from < before.length; from += 2) {
      const [low, high] = [before[from] as number, before[from + 1] as number];
      if (low === 0 && high === 0) continue;
      const at = find(places, low, high);
      places[at] = low;
      places[at + 1] = high;
    }
    this.#places = places;
    giveBack(before);
  }
}

/** Where the fingerprint stands, or the free place where it belongs. Fingerprints are well mixed already. */
function find(places: Int32Array, low: number, high: number): number {
  const mask = places.length - 2;
  for (let at = (low << 1) & mask; ; at = (at + 2) & mask) {
    const [one, two] = [places[at] as number, places[at + 1] as number];
    if ((one === low && two === high) || (one === 0 && two === 0)) return at;
  }
}
