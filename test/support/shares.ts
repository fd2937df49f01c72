// Does sampling favour some functions? A program that shares its time between two, again and again every 10 ms, is recorded.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPython } from './python-target.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { runHolter } from './run-holter.ts';

export interface SharesProgram {
  /** Share of the first function, in percent. */
  readonly percent: number;
  /** How deep the two recur before they compute. */
  readonly depths: readonly [number, number];
}

/** What a recording says of the first function, and what the program's own clock says. */
export interface Shares {
  /** Percent of the samples. */
  readonly seen: number;
  /** Percent of the time by the clock meanwhile: `percent` on an idle machine, more or less where others take the processor. */
  readonly truth: number;
  readonly samples: number;
}

/** Seconds of the two functions when the program spoke last. */
function lastTimes(output: string): readonly [number, number] {
  const [, first, second] = /(?:^|\n)took (\S+) (\S+)\n$/.exec(output.slice(0, output.lastIndexOf('\n') + 1)) ?? [];
  return [Number(first), Number(second)];
}

export async function recordShares(
  python: string,
  { percent, depths }: SharesProgram,
  rate: number,
  seconds: number,
): Promise<Shares> {
  const target = startPython(python, 'shares.py', String(percent), ...depths.map(String));
  // The second time means that the first line is whole.
  await target.saw('took', 2);
  const file = join(temporaryFolder(), 'shares.folded');
  const [firstBefore, secondBefore] = lastTimes(target.output());
  await runHolter('record', '-F', '-r', String(rate), '-d', String(seconds), '-o', file, String(target.pid));
  const [firstAfter, secondAfter] = lastTimes(target.output());
  const [first, second] = [firstAfter - firstBefore, secondAfter - secondBefore];
  const counts = { first: 0, second: 0 };
  for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
    const leaf = /(?:^|;)(first|second) \([^;]*\) (\d+)$/.exec(line);
    if (leaf !== null) counts[leaf[1] as 'first' | 'second'] += Number(leaf[2]);
  }
  const samples = counts.first + counts.second;
  return { seen: (100 * counts.first) / samples, truth: (100 * first) / (first + second), samples };
}

/** How far the share of so many random samples may lie from the truth: four standard deviations, in percent. */
export function tolerance(percent: number, samples: number): number {
  return 4 * Math.sqrt((percent * (100 - percent)) / samples);
}
