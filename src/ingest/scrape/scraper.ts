// Scrapes the targets of all jobs.
import type { ScrapeJob } from '../../config/prometheus/scrape-job.ts';
import type { RelabelRule } from '../../model/relabel/relabel-rule.ts';
import { ScrapePool, type PoolParts } from './scrape-pool.ts';
import type { TargetFailure, TargetLoop } from './target-loop.ts';
import type { ActiveTarget, DroppedTarget, TargetMetadata } from './target-view.ts';

export type ScraperOptions = Pick<PoolParts, 'intake' | 'report' | 'dns'> & Partial<Pick<PoolParts, 'now'>>;

export class Scraper {
  readonly #parts: PoolParts;
  readonly #pools = new Map<string, ScrapePool>();

  constructor(options: ScraperOptions) {
    this.#parts = { now: Date.now, ...options };
  }

  get #loops(): readonly TargetLoop[] {
    return [...this.#pools.values()].flatMap(({ loops }) => loops);
  }

  /** Names of the jobs. */
  pools(): readonly string[] {
    return [...this.#pools.keys()].toSorted();
  }

  /** The rules for the targets of a job; undefined when there is no such job. */
  relabelRules(pool: string): readonly RelabelRule[] | undefined {
    return this.#pools.get(pool)?.relabelRules;
  }

  /** The targets that are scraped, of one job or of all. */
  activeTargets(pool?: string): readonly ActiveTarget[] {
    return this.#loops
      .filter(({ target }) => pool === undefined || target.job.name === pool)
      .map((loop) => loop.view());
  }

  /** The targets that relabelling dropped and that are kept to be shown. */
  droppedTargets(pool?: string): readonly DroppedTarget[] {
    return [...this.#pools].flatMap(([name, { dropped }]) => (pool === undefined || pool === name ? dropped : []));
  }

  /** How many targets relabelling dropped, by job. */
  droppedCounts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#pools].map(([name, { droppedCount }]) => [name, droppedCount]));
  }

  /** What targets said of their metrics in their last answers. */
  targetMetadata(): readonly TargetMetadata[] {
    return this.#loops.flatMap((loop) => loop.metadata());
  }

  /** What went wrong when a target of this source was asked last. */
  failureOf(source: string): TargetFailure | undefined {
    const ofSource = this.#loops.filter(({ target }) => target.source === source);
    return ofSource.map((loop) => loop.failure()).find((failure) => failure !== undefined);
  }

  /** Scrapes that were lost because the intake was full. */
  lostScrapes(): number {
    return this.#loops.reduce((sum, { state }) => sum + state.dropped, 0);
  }

  /** Scrapes the targets of these jobs from now on: those that stay go on undisturbed, the series of those that go end. */
  async apply(jobs: readonly ScrapeJob[]): Promise<void> {
    const names = new Set(jobs.map(({ name }) => name));
    const gone = [...this.#pools].filter(([name]) => !names.has(name));
    for (const [name] of gone) this.#pools.delete(name);
    const changed = jobs.map((job) => {
      const pool = this.#pools.get(job.name) ?? new ScrapePool(job, this.#parts);
      this.#pools.set(job.name, pool);
      return pool.apply(job);
    });
    await Promise.all([...changed, ...gone.map(([, pool]) => pool.stop(true))]);
  }

  /** Stops; the series do not end, they go on after the next start. */
  async stop(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.stop(false)));
  }
}
