/** Keeps the largest counts of many, without sorting them all. */
export class Longest {
  readonly #most: number;
  #kept: { readonly id: number; readonly count: number }[] = [];
  /** Counts up to here cannot be among the largest any more. */
  #floor = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(id: number, count: number): void {
    if (count <= this.#floor) return;
    this.#kept.push({ id, count });
    if (this.#kept.length >= 2 * this.#most + 1000) this.#cut();
  }

  #cut(): void {
    this.#kept.sort((left, right) => right.count - left.count);
    if (this.#kept.length < this.#most) return;
    this.#kept.length = this.#most;
    this.#floor = this.#kept.at(-1)?.count ?? Infinity;
  }

  /** The largest first; of equal ones those that came first. */
  take(nameOf: (id: number) => string): { name: string; value: number }[] {
    this.#cut();
    return this.#kept.map(({ id, count }) => ({ name: nameOf(id), value: count }));
  }
}
