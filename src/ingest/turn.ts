// A task that runs one at a time: asked for while it runs, it runs once more afterwards.

export class Turn {
  readonly #report: (error: unknown) => void;
  #busy = false;
  #again = false;

  /** `report` is told what the task throws. */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  get busy(): boolean {
    return this.#busy;
  }

  run(task: () => Promise<void>): void {
    this.#again = true;
    if (!this.#busy) void this.#loop(task);
  }

  async #loop(task: () => Promise<void>): Promise<void> {
    this.#busy = true;
    while (this.#again) {
      this.#again = false;
      try {
        await task();
      } catch (error) {
        this.#report(error);
      }
    }
    this.#busy = false;
  }
}
