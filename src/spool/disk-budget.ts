// How much of the disk the spool may take: its own limit, and what is always left to others.
import type { FileSystem } from './file-system.ts';

export const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

function outOfSpace(message: string): Error {
  return Object.assign(new Error(message), { code: 'ENOSPC' });
}

export class DiskBudget {
  readonly limitBytes: number;
  readonly #floor: number;
  readonly #folder: string;
  readonly #fileSystem: FileSystem;

  constructor(folder: string, fileSystem: FileSystem, limitBytes: number, floor: number) {
    this.#folder = folder;
    this.#fileSystem = fileSystem;
    this.limitBytes = limitBytes;
    this.#floor = floor;
  }

  /** Rejects with an out-of-space error when `used` is more than the limit, or when `coming` new bytes eat into what is left to others. */
  async check(used: number, coming: number): Promise<void> {
    if (used > this.limitBytes) {
      throw outOfSpace(`its limit of ${mebibytes(this.limitBytes)} (--spool-budget) is reached`);
    }
    const free = await this.#fileSystem.freeBytes(this.#folder);
    if (free < this.#floor + coming) {
      throw outOfSpace(
        `the disk has ${mebibytes(free)} left, and ${mebibytes(this.#floor)} of them are left to others`,
      );
    }
  }
}
