// Where the CPU time of a row goes: the threads of both processes as the kernel accounts them, the front's main thread split by a
// CPU profile. A run of its own, because profiling costs.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { HolterUnderTest } from '../holter-under-test.ts';
import { threadsOf } from '../process-meter.ts';
import { readFrontProfile } from './front-profile.ts';
import { runLoad, type Signal } from './ingest.ts';
import type { Page } from './page.ts';

const SAMPLING_MICROS = 500;
/** Threads by name (as a pattern) and what they do; the main threads stand apart. */
const frontThreads: readonly (readonly [RegExp, string])[] = [
  [/^WorkerThread/, 'commit thread: write and fdatasync'],
  [/^libuv-worker/, 'files: blocks, new and deleted segments'],
  [/^v8:ProfEvntProc/, 'taking this profile'],
  [/^V8Worker/, 'compiling and collecting beside the main thread'],
];
const storeThreads: readonly (readonly [RegExp, string])[] = [
  [/^(ThreadPool|Query)/, 'inserts, with the text index'],
  [/^MergeMutate/, 'merges'],
  [/^libuv-worker/, 'waiting for the engine, syncing'],
];

/** CPU seconds that were added between two looks, by what the threads do. */
function spent(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  names: readonly (readonly [RegExp, string])[],
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [thread, seconds] of after) {
    const name = thread === 'main' ? 'main' : (names.find(([pattern]) => pattern.test(thread))?.[1] ?? 'the rest');
    sums.set(name, (sums.get(name) ?? 0) + seconds);
  }
  for (const [thread, seconds] of before) {
    const name = thread === 'main' ? 'main' : (names.find(([pattern]) => pattern.test(thread))?.[1] ?? 'the rest');
    sums.set(name, (sums.get(name) ?? 0) - seconds);
  }
  return sums;
}

export async function measureProfile(page: Page, load: string, signal: Signal, rows: number): Promise<void> {
  const holter = new HolterUnderTest();
  const profiles = join(holter.folder, 'profiles');
  mkdirSync(profiles);
  holter.profile(['--cpu-prof', `--cpu-prof-dir=${profiles}`, `--cpu-prof-interval=${SAMPLING_MICROS}`]);
  await holter.start();
  // What is compiled on the way is no part of a steady load.
  await runLoad(load, signal, rows / 4, holter.otlp);
  await holter.drained();
  const [front, store] = holter.pids();
  const before = [threadsOf(front!), threadsOf(store!)] as const;
  const from = process.hrtime.bigint();
  await runLoad(load, signal, rows, holter.otlp);
  await holter.drained();
  const to = process.hrtime.bigint();
  const inFront = spent(before[0], threadsOf(front!), frontThreads);
  const inStore = spent(before[1], threadsOf(store!), storeThreads);
  await holter.stop();
  const micros = (seconds: number): string => ((seconds / rows) * 1e6).toFixed(2);
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  page.section(
    `Where the time of a row goes: OTLP ${signal}, ${rows} rows, profiled`,
    'process',
    'part',
    'µs CPU a row',
    'most self time',
  );
  const main = inFront.get('main') ?? 0;
  inFront.delete('main');
  const file = readdirSync(profiles).find((name) => /\.0\.\d+\.cpuprofile$/.test(name));
  page.row('front', '**main thread**', `**${micros(main)}**`, '');
  for (const { name, share, top } of readFrontProfile(join(profiles, file!), from, to)) {
    const names = top.map(([title, part]) => `\`${title}\` ${percent(part)}`).join(', ');
    page.row('', name, micros(main * share), names);
  }
  const others = (process: string, parts: ReadonlyMap<string, number>): void => {
    for (const [name, seconds] of Array.from(parts).toSorted((a, b) => b[1] - a[1]))
      page.row(process, name, micros(seconds), '');
  };
  others('front', inFront);
  others('store', inStore);
  holter.remove();
}
