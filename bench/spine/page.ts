// The page of a bench: printed while it grows, written at the end, with what was asked and what was measured at its top.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Something that was asked for, and how it came out. */
interface Bar {
  readonly what: string;
  readonly asked: string;
  readonly measured: string;
  readonly met: boolean;
  /** The measured figure over the one that was asked for, or, of what was to be at least so much, the other way round. */
  readonly excess: number;
}

export const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
export const thousands = (perSecond: number): string => `${Math.round(perSecond / 1000)} k/s`;
/** Microseconds of CPU a row. */
export const micros = (seconds: number, rows: number): string => `${((seconds / rows) * 1e6).toFixed(2)} µs`;

export class Page {
  readonly #head: readonly string[];
  readonly #lines: string[] = [];
  readonly #bars: Bar[] = [];

  constructor(head: readonly string[]) {
    this.#head = head;
    console.log(head.join('\n'));
  }

  say(line: string): void {
    this.#lines.push(line);
    console.log(line);
  }

  section(title: string, ...columns: readonly string[]): void {
    this.say(`\n## ${title}\n`);
    if (columns.length > 0) this.columns(columns);
  }

  columns(names: readonly string[]): void {
    this.say(`| ${names.join(' | ')} |\n|${'---|'.repeat(names.length)}`);
  }

  row(...cells: readonly string[]): void {
    this.say(`| ${cells.join(' | ')} |`);
  }

  /** At least (`least`) or at most so much of something was asked for. */
  bar(what: string, kind: 'least' | 'most', asked: number, measured: number, print: (value: number) => string): void {
    const met = kind === 'least' ? measured >= asked : measured <= asked;
    const excess = kind === 'least' ? asked / measured : measured / asked;
    const sign = kind === 'least' ? '≥' : '≤';
    this.#bars.push({ what, asked: `${sign} ${print(asked)}`, measured: print(measured), met, excess });
  }

  write(path: string): void {
    const verdict = ({ met, excess }: Bar): string =>
      met ? 'met' : `**missed**${Number.isFinite(excess) ? ` by ${excess.toFixed(2)} ×` : ''}`;
    const bars = this.#bars.map((bar) => `| ${bar.what} | ${bar.asked} | ${bar.measured} | ${verdict(bar)} |`);
    const table = ['\n## Bars\n', '| | asked | measured | |\n|---|---|---|---|', ...bars];
    console.log(table.join('\n'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${[...this.#head, ...table, ...this.#lines].join('\n')}\n`);
  }
}
