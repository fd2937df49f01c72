// Runs all the ways in which a job finds its targets and hands over what they know together, each time something changes.
import type { Discovery } from '../../config/prometheus/discovery.ts';
import { groupOf, type DiscoveredGroup, type TargetSource } from './discovered-group.ts';
import { dnsSource, type DnsOptions } from './dns-source.ts';
import { fileSource } from './file-source.ts';
import { httpSource } from './http-source.ts';

export interface DiscovererOptions {
  readonly settings: readonly Discovery[];
  /** All groups that are known now. Called when they differ from the last time. */
  readonly found: (groups: readonly DiscoveredGroup[]) => void;
  /** What went wrong, once as long as it stays the same. */
  readonly report: (problem: string) => void;
  readonly dns?: DnsOptions;
}

/** One line a kind of discovery. */
function sourceOf(settings: Discovery, dns: DnsOptions | undefined): TargetSource {
  const makers: { [K in Discovery['kind']]: (settings: Extract<Discovery, { kind: K }>) => TargetSource } = {
    static: ({ groups }) => ({ interval: 0, find: () => Promise.resolve(groups.map((group) => groupOf(group))) }),
    file: ({ files, refreshInterval }) => fileSource(files, refreshInterval),
    http: httpSource,
    dns: (one) => dnsSource(one, dns),
  };
  return (makers[settings.kind] as (settings: Discovery) => TargetSource)(settings);
}

/** One source, asked at its interval. */
class Asked {
  readonly #source: TargetSource;
  readonly #changed: () => void;
  readonly #report: (problem: string) => void;
  readonly #stop = new AbortController();
  readonly #unwatch: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #problems: readonly string[] = [];
  groups: readonly DiscoveredGroup[] = [];

  constructor(source: TargetSource, changed: () => void, report: (problem: string) => void) {
    this.#source = source;
    this.#changed = changed;
    this.#report = report;
    this.#unwatch = source.watch?.(() => void this.look());
  }

  /** Looks now; while a look is on, once more behind it. */
  async look(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    if (this.#running !== undefined) {
      this.#again = true;
      return this.#running;
    }
    clearTimeout(this.#timer);
    this.#running = this.#find();
    await this.#running;
    this.#running = undefined;
    if (this.#stop.signal.aborted) return;
    if (this.#again) {
      this.#again = false;
      return this.look();
    }
    const { interval } = this.#source;
    if (interval > 0) this.#timer = setTimeout(() => void this.look(), interval);
  }

  async #find(): Promise<void> {
    const problems: string[] = [];
    try {
      const groups = await this.#source.find(this.#stop.signal, (problem) => problems.push(problem));
      if (this.#stop.signal.aborted) return;
      const isSame = JSON.stringify(groups) === JSON.stringify(this.groups);
      this.groups = groups;
      if (!isSame) this.#changed();
    } catch (error) {
      problems.push((error as Error).message);
    }
    if (this.#stop.signal.aborted) return;
    for (const problem of problems) if (!this.#problems.includes(problem)) this.#report(problem);
    this.#problems = problems;
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#unwatch?.();
    this.#stop.abort(new Error('discovery was stopped'));
    await this.#running;
  }
}

export class Discoverer {
  readonly #asked: readonly Asked[];
  readonly #found: DiscovererOptions['found'];
  #started = false;

  constructor({ settings, found, report, dns }: DiscovererOptions) {
    this.#found = found;
    const changed = (): void => {
      if (this.#started) this.#tell();
    };
    this.#asked = settings.map((one) => new Asked(sourceOf(one, dns), changed, report));
  }

  /** Resolves when every source was asked once and what they know was handed over. */
  async start(): Promise<void> {
    await Promise.all(this.#asked.map((asked) => asked.look()));
    this.#started = true;
    this.#tell();
  }

  #tell(): void {
    this.#found(this.#asked.flatMap(({ groups }) => groups));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#asked.map((asked) => asked.stop()));
  }
}
