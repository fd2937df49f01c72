// Where Holter's CPU time goes, by function: a run of its own with profiles of the main threads of both processes.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HolterUnderTest } from '../holter-under-test.ts';
import type { Page } from '../spine/page.ts';
import { timeGet } from './ask.ts';
import { startPeer } from './peers.ts';
import { largeQueries, rangeUrl, type Span } from './range-queries.ts';
import { write } from './remote-write.ts';

const TOP = 14;
const ROUNDS = 4;
const hook = new URL('profile-hook.ts', import.meta.url).href;

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Self time in µs by function, without idling. */
function selfTimes({ nodes, samples, timeDeltas }: Profile): Map<string, number> {
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url } }) => {
      const name = functionName || '(anonymous)';
      return [id, url.includes('/src/') ? `${name} in ${basename(url)}` : name];
    }),
  );
  const times = new Map<string, number>();
  samples.forEach((id, index) => {
    const name = names.get(id)!;
    if (name !== '(idle)' && name !== '(root)') times.set(name, (times.get(name) ?? 0) + timeDeltas[index]!);
  });
  return times;
}

/** Runs `work` and says of both processes in which functions the time went. */
class Profiler {
  readonly #page: Page;
  readonly #holter: HolterUnderTest;
  readonly #folder: string;
  #taken = 0;

  constructor(page: Page, holter: HolterUnderTest) {
    this.#page = page;
    this.#holter = holter;
    this.#folder = join(holter.folder, 'profiles');
    mkdirSync(this.#folder);
    holter.profile([], { HOLTER_PROFILES: this.#folder, NODE_OPTIONS: `--import=${hook}` });
  }

  /** What both did since the last time. */
  async #take(): Promise<Profile[]> {
    const files = this.#holter.pids().map((pid) => join(this.#folder, `${pid}-${this.#taken + 1}.cpuprofile`));
    this.#taken++;
    for (const pid of this.#holter.pids()) process.kill(pid, 'SIGUSR2');
    while (!files.every((file) => existsSync(file))) await sleep(20);
    return files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Profile);
  }

  async stage(name: string, work: () => Promise<unknown>): Promise<void> {
    await this.#take();
    await work();
    const profiles = await this.#take();
    profiles.forEach((profile, place) => {
      const times = selfTimes(profile);
      const busy = Array.from(times.values()).reduce((sum, time) => sum + time, 0);
      const who = `${place === 0 ? 'front' : 'store'}, main thread busy for ${(busy / 1e6).toFixed(2)} s`;
      this.#page.section(`Where the time goes: ${name}; ${who}`, 'function', 'self time');
      const most = Array.from(times).toSorted((a, b) => b[1] - a[1]);
      for (const [title, time] of most.slice(0, TOP))
        this.#page.row(`\`${title}\``, `${((time / busy) * 100).toFixed(1)} %`);
    });
  }
}

export async function sayWhereTimeGoes(page: Page, span: Span, scale: number): Promise<void> {
  const holter = new HolterUnderTest();
  const profiler = new Profiler(page, holter);
  await startPeer(holter);
  const { end } = span;
  const samples = Math.max(2, Math.round(240 * scale));
  await profiler.stage('remote write, 10 000 series', () =>
    write(holter, { series: 10_000, samples, stepSeconds: 15, end }),
  );
  await profiler.stage('range queries of an hour, from 1 000 series on', async () => {
    for (let round = 0; round < ROUNDS; round++)
      for (const one of largeQueries) await timeGet(rangeUrl(holter, one, span));
  });
  const series = Math.round(300_000 * scale);
  // The first 10 000 of them are those from before.
  await profiler.stage(`remote write, ${series} new series`, () =>
    write(holter, { series, samples: 1, stepSeconds: 15, end: end + 15 }),
  );
  await holter.stop();
  holter.remove();
}
