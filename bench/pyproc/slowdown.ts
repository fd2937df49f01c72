// How much a program slows down while it is sampled, in interleaved pairs of windows with and without the observer, and
// what the observer's process costs once it has settled.
import { setTimeout as sleep } from 'node:timers/promises';
import { BusyProgram, cpuSecondsOf, observe, stopObserver, type Observer } from './program.ts';
import { median, upperBound } from './statistics.ts';

export interface Cell {
  readonly threads: number;
  readonly frames: number;
  readonly rate: number;
}

export interface CellResult {
  readonly cell: Cell;
  readonly observer: string;
  /** Work without over work with, by the clock: median and upper bound. */
  readonly slowdown: number;
  readonly slowdownBound: number;
  /** The same for each CPU second of the program, which also holds on a machine that others use. */
  readonly cpuSlowdown: number;
  readonly cpuSlowdownBound: number;
  /** CPU of the observer, as a share of one core. */
  readonly cpu: number;
}

/** CPU is measured over so many windows, after so much time for the observer to warm up. */
const COST_WINDOWS = 5;
const WARM_UP_MS = 1500;

async function measureCpu(
  program: BusyProgram,
  cell: Cell,
  observer: Observer,
  seconds: number,
  file: string,
): Promise<number> {
  const child = await observe(observer, program.pid, cell.rate, file);
  const working = program.work(seconds + WARM_UP_MS / 1000 + 0.5);
  await sleep(WARM_UP_MS);
  const [cpu, time] = [cpuSecondsOf(child.pid!), performance.now()];
  await sleep(seconds * 1000);
  const share = (cpuSecondsOf(child.pid!) - cpu) / ((performance.now() - time) / 1000);
  await working;
  await stopObserver(child);
  return share;
}

/** Measures one cell with one observer. */
export async function measureCell(
  python: string,
  cell: Cell,
  observer: Observer,
  pairs: number,
  seconds: number,
  file: string,
): Promise<CellResult> {
  const program = await BusyProgram.start(python, cell.threads, cell.frames);
  const [byClock, byCpu]: [number[], number[]] = [[], []];
  let cpu = 0;
  try {
    await program.work(seconds);
    for (let pair = 0; pair < pairs; pair++) {
      const before = pair % 2 === 0 ? await program.work(seconds) : undefined;
      const child = await observe(observer, program.pid, cell.rate, file);
      const during = await program.work(seconds);
      await stopObserver(child);
      const without = before ?? (await program.work(seconds));
      byClock.push(without.done / during.done);
      byCpu.push(without.done / without.cpuSeconds / (during.done / during.cpuSeconds));
    }
    cpu = await measureCpu(program, cell, observer, seconds * COST_WINDOWS, file);
  } finally {
    await program.stop();
  }
  return {
    cell,
    observer: observer.name,
    slowdown: median(byClock),
    slowdownBound: upperBound(byClock),
    cpuSlowdown: median(byCpu),
    cpuSlowdownBound: upperBound(byCpu),
    cpu,
  };
}
