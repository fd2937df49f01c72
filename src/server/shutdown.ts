// What was opened is closed in reverse order; one part that fails to close does not keep the others from it.
import type { Log } from '../base/log.ts';

export class Shutdown {
  readonly #log: Log;
  readonly #steps: { readonly name: string; readonly close: () => void | Promise<void> }[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  add(name: string, close: () => void | Promise<void>): void {
    this.#steps.push({ name, close });
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.close();
      } catch (error) {
        this.#log.error(`closing ${step.name}: ${(error as Error).message}`);
      }
    }
  }
}
