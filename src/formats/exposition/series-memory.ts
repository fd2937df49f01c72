// Gives each series text a small number and foresees the next one: after a series most likely comes the one that came
// after it last time, so that a body like the one before costs one comparison a line and no decoding.

/**
 * What one target's expositions have in common. Keep one a target and pass it to every parse of its bodies.
 * It only grows: replace it by a new one when `size` is far above the number of series in the last body.
 */
export class SeriesMemory {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #next: number[] = [];
  #last = -1;
  #first = -1;

  /** How many different series texts were seen. */
  get size(): number {
    return this.#texts.length;
  }

  /** Begins a body. */
  start(): void {
    this.#last = -1;
  }

  /** The series that most likely stands next in the body, as text; `undefined` when nothing is foreseen. */
  get expected(): string | undefined {
    return this.#texts[this.#expectedId];
  }

  get #expectedId(): number {
    return this.#last === -1 ? this.#first : (this.#next[this.#last] ?? -1);
  }

  /** The foreseen series did come; returns its number. */
  takeExpected(): number {
    this.#last = this.#expectedId;
    return this.#last;
  }

  /** The number of `text`, or -1 when it is new. */
  find(text: string): number {
    const id = this.#ids.get(text);
    if (id === undefined) return -1;
    this.#follow(id);
    return id;
  }

  /** Gives the new `text` its number. */
  add(text: string): number {
    // A slice would keep the whole body alive; joining makes a copy.
    const copy = [text.slice(0, 1), text.slice(1)].join('');
    const id = this.#texts.push(copy) - 1;
    this.#ids.set(copy, id);
    this.#next.push(-1);
    this.#follow(id);
    return id;
  }

  #follow(id: number): void {
    if (this.#last === -1) this.#first = id;
    else this.#next[this.#last] = id;
    this.#last = id;
  }
}
