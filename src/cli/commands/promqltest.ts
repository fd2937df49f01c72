// `holter promqltest FILES…`: runs scripts in Prometheus' language for testing PromQL on series held in memory.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { CommandFailure, readArguments, WrongUse } from '../command.ts';
import { MemorySeriesSource } from '../../query/promql/memory-series-source.ts';
import { runScript, type CaseResult } from '../../query/promql/promqltest/run-script.ts';

export const HELP = `usage: holter promqltest [--native] FILES…

Runs each script and prints how many cases passed and failed, and each failure with its place.
Cases that need native histograms are counted apart; --native shows those that fail, too.
Exit code: 0 all passed, 1 a case failed, 2 wrong use, 3 a file cannot be read.`;

const count = (results: readonly CaseResult[], keep: (result: CaseResult) => boolean): string =>
  String(results.filter(keep).length);

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    console.log(cells.join('  '));
  }
}

/** Runs the command. */
export async function run(args: readonly string[]): Promise<number> {
  const options = { native: { type: 'boolean' } } as const;
  const { values, positionals: files } = readArguments({ args: [...args], options, allowPositionals: true });
  if (files.length === 0) throw new WrongUse('expected files, got nothing');
  const rows: string[][] = [['file', 'passed', 'failed', 'native passed', 'native failed']];
  const all: CaseResult[] = [];
  for (const file of files) {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      throw new CommandFailure(`cannot read ${file}: ${(error as Error).message}`, 3);
    }
    const results = await runScript(text, new MemorySeriesSource());
    all.push(...results);
    for (const { line, query, problem, isNative } of results) {
      if (problem !== undefined && (!isNative || values.native === true))
        console.log(`${file}:${line}: ${query}\n    ${problem}`);
    }
    rows.push([basename(file), ...summarize(results)]);
  }
  rows.push(['total', ...summarize(all)]);
  printTable(rows);
  return all.some(({ problem, isNative }) => problem !== undefined && !isNative) ? 1 : 0;
}

function summarize(results: readonly CaseResult[]): string[] {
  return [false, true].flatMap((isNative) => [
    count(results, (one) => one.isNative === isNative && one.problem === undefined),
    count(results, (one) => one.isNative === isNative && one.problem !== undefined),
  ]);
}
