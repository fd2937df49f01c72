// Keeps a hot head: fills it at the start, tries again when that fails, and begins a new one when series that are long gone have
// piled up in it. Meanwhile the tables answer.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestRunner } from '../../storage/clickhouse/engine.ts';
import { HotHead } from './hot-head.ts';
import { rebuildHead } from './rebuild-head.ts';

const RETRY_MS = 5000;

export interface HeadLimits {
  /** Samples that it holds at most. */
  readonly samples: number;
  /** With more series in the index, a new head is begun with those of the last days. */
  readonly series: number;
  /** How long a head lasts at least: as many series may simply be alive. */
  readonly minimumMs: number;
}

export class HeadKeeper {
  readonly #limits: HeadLimits;
  #head: HotHead;
  #isRebuilt = false;
  #bornMs = performance.now();

  constructor(limits: HeadLimits) {
    this.#limits = limits;
    this.#head = new HotHead(limits.samples);
  }

  get head(): HotHead {
    return this.#head;
  }

  /** The tables were read since the head began. */
  get isRebuilt(): boolean {
    return this.#isRebuilt;
  }

  /** Fills the head; never rejects. */
  async rebuild(runner: RequestRunner): Promise<void> {
    const head = this.#head;
    while (head === this.#head && !this.#isRebuilt) {
      try {
        await rebuildHead(head, runner, Date.now());
        this.#isRebuilt = head === this.#head;
      } catch {
        // The engine is short of something, or ending. Without the head answers are slower, and the same.
        await sleep(RETRY_MS);
      }
    }
  }

  /** Begins a new head when there are too many series in this one. */
  renewIfLarge(runner: RequestRunner): void {
    const { series, samples, minimumMs } = this.#limits;
    const isYoung = performance.now() - this.#bornMs < minimumMs;
    if (!this.#isRebuilt || isYoung || this.#head.index.size <= series) return;
    this.#head = new HotHead(samples);
    this.#isRebuilt = false;
    this.#bornMs = performance.now();
    void this.rebuild(runner);
  }
}
