// The targets of one job: what discovery finds, relabelled, each with a loop of its own.
import { setTimeout } from 'node:timers/promises';
import type { ScrapeJob } from '../../config/prometheus/scrape-job.ts';
import { compileRelabel } from '../../model/relabel/relabel.ts';
import type { LabelPair } from '../../model/series-identity.ts';
import { Discoverer } from '../discovery/discoverer.ts';
import type { DiscoveredGroup } from '../discovery/discovered-group.ts';
import type { DnsOptions } from '../discovery/dns-source.ts';
import { HttpClient } from '../http-client/http-client.ts';
import type { Intake } from '../intake.ts';
import { fetchMetrics } from './fetch-metrics.ts';
import { discoveredLabels, makeTarget, type ScrapeTarget } from './scrape-target.ts';
import { TargetLoop, type LoopParts } from './target-loop.ts';
import type { DroppedTarget } from './target-view.ts';

export interface PoolParts {
  readonly intake: Intake;
  /** Unix ms. */
  readonly now: () => number;
  /** What discovery and relabelling could not make sense of. */
  readonly report: (problem: string) => void;
  readonly dns?: DnsOptions;
}

/** How long a start waits for targets to be found (ms). */
const FIRST_LOOK = 1000;

/** What makes a target the same before and after a change. */
const identityOf = ({ url, labels }: ScrapeTarget): string => JSON.stringify([url, labels]);

function settingsOf({ discovery: _discovery, relabel: _relabel, ...settings }: ScrapeJob): string {
  return JSON.stringify(settings);
}

export class ScrapePool {
  readonly #parts: PoolParts;
  #job: ScrapeJob;
  #client: HttpClient;
  #discoverer: Discoverer | undefined;
  #groups: readonly DiscoveredGroup[] = [];
  #loops = new Map<string, TargetLoop>();
  #dropped: readonly (readonly LabelPair[])[] = [];
  /** How many targets relabelling dropped, also those that are not kept to be shown. */
  droppedCount = 0;
  #invalid: readonly string[] = [];
  #syncing: Promise<void> = Promise.resolve();

  constructor(job: ScrapeJob, parts: PoolParts) {
    this.#job = job;
    this.#parts = parts;
    this.#client = new HttpClient(job.http);
  }

  get loops(): readonly TargetLoop[] {
    return [...this.#loops.values()];
  }

  get relabelRules(): ScrapeJob['relabel'] {
    return this.#job.relabel;
  }

  get dropped(): readonly DroppedTarget[] {
    const scrapePool = this.#job.name;
    return this.#dropped.map((labels) => ({ discoveredLabels: Object.fromEntries(labels), scrapePool }));
  }

  /** Scrapes as `job` says from now on. Resolves when its targets were looked for once, or take long. */
  async apply(job: ScrapeJob): Promise<void> {
    const before = this.#job;
    this.#job = job;
    const client = this.#client;
    if (JSON.stringify(before.http) !== JSON.stringify(job.http)) this.#client = new HttpClient(job.http);
    await this.#discover(before, job);
    if (client !== this.#client) client.close();
  }

  async #discover(before: ScrapeJob, job: ScrapeJob): Promise<void> {
    const isSameDiscovery = JSON.stringify(before.discovery) === JSON.stringify(job.discovery);
    if (this.#discoverer !== undefined && isSameDiscovery) {
      if (JSON.stringify(before) !== JSON.stringify(job)) await this.#sync();
      return;
    }
    await this.#discoverer?.stop();
    this.#discoverer = new Discoverer({
      settings: job.discovery,
      found: (groups) => {
        this.#groups = groups;
        void this.#sync();
      },
      report: (problem) => this.#parts.report(`job "${job.name}": ${problem}`),
      ...(this.#parts.dns === undefined ? {} : { dns: this.#parts.dns }),
    });
    // A server that does not answer must not hold up the others.
    await Promise.race([this.#discoverer.start(), setTimeout(FIRST_LOOK, undefined, { ref: false })]);
    await this.#syncing;
  }

  /** Stops; with `gone` the series of all targets end. */
  async stop(gone: boolean): Promise<void> {
    await this.#discoverer?.stop();
    await this.#syncing;
    await Promise.all(this.loops.map((loop) => loop.stop(gone)));
    this.#client.close();
  }

  #sync(): Promise<void> {
    this.#syncing = this.#syncing.then(() => this.#replaceLoops());
    return this.#syncing;
  }

  /** The targets of what is discovered now, each once. */
  #targets(): Map<string, ScrapeTarget> {
    const job = this.#job;
    const relabel = compileRelabel(job.relabel);
    const targets = new Map<string, ScrapeTarget>();
    const dropped: (readonly LabelPair[])[] = [];
    const invalid: string[] = [];
    const keep = job.limits.keepDroppedTargets;
    this.droppedCount = 0;
    for (const group of this.#groups) {
      for (const own of group.targets) {
        const outcome = makeTarget(job, relabel, discoveredLabels(job, own, group.labels));
        if (outcome.kind === 'target') targets.set(identityOf(outcome.target), outcome.target);
        else if (outcome.kind === 'invalid') invalid.push(`${own[0]?.[1] ?? ''}: ${outcome.reason}`);
        else {
          this.droppedCount++;
          if (keep === 0 || dropped.length < keep) dropped.push(outcome.discovered);
        }
      }
    }
    this.#dropped = dropped;
    for (const problem of invalid)
      if (!this.#invalid.includes(problem)) this.#parts.report(`job "${job.name}": a target is left out: ${problem}`);
    this.#invalid = invalid;
    return targets;
  }

  async #replaceLoops(): Promise<void> {
    const { intake, now } = this.#parts;
    const client = this.#client;
    const fetch: LoopParts['fetch'] = (target, stop) => fetchMetrics(client, target, stop);
    const loops = new Map<string, TargetLoop>();
    const started: TargetLoop[] = [];
    const ending: Promise<void>[] = [];
    const targets = this.#targets();
    for (const [identity, target] of targets) {
      const known = this.#loops.get(identity);
      this.#loops.delete(identity);
      if (known !== undefined && isSameScrape(known.target, target)) {
        known.target = target;
        loops.set(identity, known);
        continue;
      }
      const loop = new TargetLoop(target, { intake, fetch, now });
      loops.set(identity, loop);
      if (known === undefined) started.push(loop);
      else
        ending.push(
          known.stop(false).then(() => {
            loop.inherit(known);
            started.push(loop);
          }),
        );
    }
    for (const loop of this.#loops.values()) ending.push(loop.stop(true));
    this.#loops = loops;
    const { targets: limit } = this.#job.limits;
    const excess =
      limit > 0 && targets.size > limit
        ? `target_limit exceeded (number of targets: ${targets.size}, limit: ${limit})`
        : undefined;
    for (const loop of loops.values()) loop.forcedError = excess;
    await Promise.all(ending);
    for (const loop of started) loop.start();
  }
}

function isSameScrape(before: ScrapeTarget, after: ScrapeTarget): boolean {
  if (before.interval !== after.interval || before.timeout !== after.timeout) return false;
  return before.job === after.job || settingsOf(before.job) === settingsOf(after.job);
}
