// Whether rules would see everything that they read: the store is there, its head has the newest samples again, and what an earlier
// process left in the spool is in the engine. Until then their results would be wrong.
import { setImmediate as nextTurn } from 'node:timers/promises';

const LOOK_AGAIN_MS = 250;

export interface RuleInputParts {
  /** Why the store is away; undefined when it is not. */
  readonly whyAway: () => string | undefined;
  /** Whether the head was filled after the store's start. Rejects while the store is away. */
  readonly isHeadRebuilt: () => Promise<boolean>;
  /** Resolves when the engine has everything that was acknowledged before the call. */
  readonly flush: () => Promise<void>;
}

export class RuleInputs {
  readonly #parts: RuleInputParts;
  #isSpoolRead = false;
  /** Of the store that runs now. */
  #isHeadRebuilt = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: RuleInputParts) {
    this.#parts = parts;
  }

  /** The intake takes frames: what lies in the spool is on its way to the engine. */
  spoolOpened(): void {
    this.#parts.flush().then(
      () => (this.#isSpoolRead = true),
      () => undefined,
    );
  }

  /** A store has started: its head is empty until it is rebuilt. */
  storeStarted(): void {
    this.#isHeadRebuilt = false;
    clearTimeout(this.#timer);
    void this.#look();
  }

  /** Why rules would miss something just now; undefined when they would not. */
  whyIncomplete(): string | undefined {
    const away = this.#parts.whyAway();
    if (away !== undefined) return `the storage engine is away: ${away}`;
    if (!this.#isSpoolRead) return 'what an earlier process left in the spool is not in the engine yet';
    return this.#isHeadRebuilt ? undefined : 'the newest samples are being loaded into memory';
  }

  /** Resolves when queries see everything that the intake has acknowledged: the head gets it with the next turn. */
  async makeVisible(): Promise<void> {
    if (this.#isHeadRebuilt) await nextTurn();
    else await this.#parts.flush();
  }

  async #look(): Promise<void> {
    this.#isHeadRebuilt = await this.#parts.isHeadRebuilt().catch(() => false);
    if (this.#isHeadRebuilt || this.#parts.whyAway() !== undefined) return;
    this.#timer = setTimeout(() => void this.#look(), LOOK_AGAIN_MS);
    this.#timer.unref();
  }
}
