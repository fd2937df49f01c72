// Segments made in advance: their zeros are written while nobody waits. The spare is the next segment; the emergency one is small
// and kept for the records that lead to space being freed when the disk is full.
import { join } from 'node:path';
import type { Log } from '../base/log.ts';
import { isOutOfSpace } from './file-system.ts';
import type { FileSystem } from './file-system.ts';

export const SPARE_NAME = 'spare.log';
export const EMERGENCY_NAME = 'emergency.log';

/** `busy`: being made, taken or filled up by a rename; nobody else may touch the file. */
type State = 'none' | 'busy' | 'ready';

class Slot {
  readonly path: string;
  readonly size: number;
  state: State;

  constructor(path: string, size: number, found: boolean) {
    this.path = path;
    this.size = size;
    this.state = found ? 'ready' : 'none';
  }

  /** Runs `change` while nobody else touches the file; the state afterwards is `then`, or `none` when it fails. */
  async while(change: () => Promise<void>, then: State): Promise<void> {
    this.state = 'busy';
    let after: State = 'none';
    try {
      await change();
      after = then;
    } finally {
      this.state = after;
    }
  }
}

export interface SpareOptions {
  readonly folder: string;
  readonly fileSystem: FileSystem;
  readonly log: Log;
  readonly spareBytes: number;
  readonly emergencyBytes: number;
  /** Rejects when the disk must not take so many bytes more; spares that are being made are counted as used. */
  readonly check: (coming: number) => Promise<void>;
}

export class SpareSegments {
  readonly #options: SpareOptions;
  readonly #spare: Slot;
  readonly #emergency: Slot;
  #making: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: SpareOptions, found: { readonly spare: boolean; readonly emergency: boolean }) {
    const { folder, spareBytes, emergencyBytes } = options;
    this.#options = options;
    this.#spare = new Slot(join(folder, SPARE_NAME), spareBytes, found.spare);
    this.#emergency = new Slot(join(folder, EMERGENCY_NAME), emergencyBytes, found.emergency);
  }

  get bytes(): number {
    return [this.#spare, this.#emergency].reduce((sum, { state, size }) => sum + (state === 'none' ? 0 : size), 0);
  }

  get isSpareReady(): boolean {
    return this.#spare.state === 'ready';
  }

  /** Makes what is missing, behind everything else. */
  prepare(): void {
    this.prepareEmergency();
    this.#prepare(this.#spare);
  }

  prepareEmergency(): void {
    this.#prepare(this.#emergency);
  }

  #prepare(slot: Slot): void {
    if (slot.state !== 'none') return;
    this.#making = this.#making.then(async () => {
      if (slot.state === 'none' && !this.#stopped) await this.#make(slot);
    });
  }

  async #make(slot: Slot): Promise<void> {
    const { check, fileSystem, log } = this.#options;
    try {
      await slot.while(async () => {
        await check(slot.size);
        await fileSystem.allocate(slot.path, slot.size);
      }, 'ready');
    } catch (error) {
      // Whoever needs the space says so to the sender; a spare is only there to be quick.
      if (!isOutOfSpace(error)) log.warn(`preparing a spool segment: ${String(error)}`);
    }
  }

  /** Moves the spare to `path`; call it only when it is ready. */
  takeSpare(path: string): Promise<void> {
    return this.#spare.while(() => this.#options.fileSystem.rename(this.#spare.path, path), 'none');
  }

  /** Moves the emergency segment to `path`; false when there is none. */
  async takeEmergency(path: string): Promise<boolean> {
    await this.#making;
    if (this.#emergency.state !== 'ready') return false;
    await this.#emergency.while(() => this.#options.fileSystem.rename(this.#emergency.path, path), 'none');
    return true;
  }

  /** Takes a segment of `size` bytes that is no longer needed as the spare; false when there is one, or the size is wrong. */
  async recycle(path: string, size: number): Promise<boolean> {
    if (this.#spare.state !== 'none' || size !== this.#spare.size) return false;
    await this.#spare.while(() => this.#options.fileSystem.rename(path, this.#spare.path), 'ready');
    return true;
  }

  /** Resolves when nothing is being made any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#making;
  }
}
