// The files of /proc, and the little that reading them has in common.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Ticks a second in which the kernel counts CPU time towards user space; the same on every Linux that Node runs on. */
export const TICKS = 100;

export class ProcFiles {
  readonly #root: string;

  constructor(root = '/proc') {
    this.#root = root;
  }

  /** Text of a file, or undefined when it is not there or may not be read. */
  read(path: string): string | undefined {
    try {
      return readFileSync(`${this.#root}/${path}`, 'utf8');
    } catch {
      return undefined;
    }
  }

  /** Lines of a file, each split at white space; none when it cannot be read. */
  rows(path: string): string[][] {
    const lines = this.read(path)?.split('\n') ?? [];
    return lines.map((line) => line.trim().split(/\s+/)).filter(([first]) => first !== '');
  }

  /** Names in a folder; none when it cannot be read. */
  list(path = ''): string[] {
    try {
      return readdirSync(`${this.#root}/${path}`);
    } catch {
      return [];
    }
  }

  link(path: string): string | undefined {
    try {
      return readlinkSync(`${this.#root}/${path}`);
    } catch {
      return undefined;
    }
  }
}

/** A number, or undefined when the text is none. */
export function numberIn(text: string | undefined): number | undefined {
  const value = Number(text?.trim());
  return text === undefined || text.trim() === '' || Number.isNaN(value) ? undefined : value;
}
