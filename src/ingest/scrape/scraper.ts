// Scrapes targets at their intervals. Each target has its place in the interval; a scrape that starts close to it carries exactly
// that time, so that samples lie on a grid. A frame holds the raw answer; what the scraper knows beside it stands in the meta.
import { CodedError } from '../../base/coded-error.ts';
import { nanosFromMillis } from '../../model/units.ts';
import type { ScrapeJob } from '../../config/prometheus/scrape-config.ts';
import type { FrameInput, Intake } from '../intake.ts';
import { fetchMetrics, type MetricsAnswer } from './fetch-metrics.ts';
import { encodeScrapeBody } from './scrape-body.ts';
import type { ScrapeMeta } from './scrape-meta.ts';
import { targetsOf, type ScrapeTarget } from './scrape-target.ts';
import { TargetWatch } from './target-watch.ts';

/** HELP, TYPE and UNIT are stored this often (ms). */
const METADATA_EVERY = 3_600_000;
/** A scrape that starts this near to its place in the grid gets that time: a hundredth of the interval, at least 20 ms. */
const snapTolerance = (interval: number): number => Math.max(20, interval / 100);
const MAX_CONCURRENT = 64;
const encoder = new TextEncoder();
const nothing = new Uint8Array(0);

/** How a target does, for the page of sources. */
export interface TargetStatus {
  readonly source: string;
  readonly url: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  /** Undefined before the first scrape. */
  readonly up: boolean | undefined;
  /** ms */
  readonly lastScrape: number | undefined;
  readonly lastError: string | undefined;
  /** Seconds. */
  readonly lastDuration: number;
  readonly lastSamples: number;
  /** Scrapes whose samples were lost because the intake was full until the next one was due. */
  readonly dropped: number;
}

class TargetLoop {
  readonly target: ScrapeTarget;
  readonly #intake: Intake;
  readonly #watch: TargetWatch;
  readonly #abort = new AbortController();
  readonly #limit: Limit;
  #timer: NodeJS.Timeout | undefined;
  #metadataAt = 0;
  #running: Promise<void> = Promise.resolve();
  status: TargetStatus;

  constructor(target: ScrapeTarget, intake: Intake, limit: Limit) {
    this.target = target;
    this.#intake = intake;
    this.#limit = limit;
    const { job, labels, source, url } = target;
    this.#watch = new TargetWatch(labels, job.honorLabels, job.honorTimestamps);
    const never = {
      up: undefined,
      lastScrape: undefined,
      lastError: undefined,
      lastDuration: 0,
      lastSamples: 0,
      dropped: 0,
    };
    this.status = { source, url, labels, ...never };
  }

  start(): void {
    this.#schedule();
  }

  #schedule(): void {
    const { interval, offset } = this.target;
    const now = Date.now();
    const next = Math.floor((now - offset) / interval) * interval + offset + interval;
    this.#timer = setTimeout(() => {
      this.#running = this.#scrape(next).finally(() => {
        if (!this.#abort.signal.aborted) this.#schedule();
      });
    }, next - now);
  }

  /** Stops; with `gone` the target's series end. */
  async stop(gone: boolean): Promise<void> {
    clearTimeout(this.#timer);
    this.#abort.abort(new Error('the scraper was stopped'));
    await this.#running;
    if (!gone || this.status.up === undefined) return;
    const meta = { up: 0, duration: 0, samplesScraped: 0, seriesAdded: 0, metadata: false, last: true } as const;
    await this.#offer(this.#frame(Date.now(), 'text', meta, nothing, this.#watch.endAll()), Date.now());
  }

  async #scrape(due: number): Promise<void> {
    const { target } = this;
    const release = await this.#limit.acquire();
    const begun = Date.now();
    const time = Math.abs(begun - due) <= snapTolerance(target.interval) ? due : begun;
    const start = performance.now();
    let answer: MetricsAnswer | undefined;
    let error: string | undefined;
    try {
      answer = await fetchMetrics(target.url, target.timeout, target.job.bodySizeLimit, this.#abort.signal);
    } catch (problem) {
      error = (problem as Error).message;
    } finally {
      release();
    }
    if (this.#abort.signal.aborted) return;
    const duration = (performance.now() - start) / 1000;
    await this.#store(time, duration, answer, error);
  }

  async #store(
    time: number,
    duration: number,
    answer: MetricsAnswer | undefined,
    failure: string | undefined,
  ): Promise<void> {
    const { job, interval } = this.target;
    let error = failure;
    let read = answer === undefined ? undefined : this.#watch.read(answer.body, answer.format);
    if (read !== undefined && 'error' in read) error = read.error;
    else if (read !== undefined && job.sampleLimit > 0 && read.samples > job.sampleLimit) {
      error = `${read.samples} samples are more than the sample_limit of ${job.sampleLimit}`;
    }
    const metadata = error === undefined && time - this.#metadataAt >= METADATA_EVERY;
    if (metadata) this.#metadataAt = time;
    let frame: FrameInput;
    if (error === undefined && answer !== undefined && read !== undefined && !('error' in read)) {
      const meta = { up: 1, duration, samplesScraped: read.samples, seriesAdded: read.added, metadata } as const;
      frame = this.#frame(time, answer.format, meta, answer.body, read.gone);
    } else {
      read = undefined;
      const meta = { up: 0, duration, samplesScraped: 0, seriesAdded: 0, metadata } as const;
      frame = this.#frame(time, 'text', meta, nothing, this.#watch.endAll());
    }
    const stored = await this.#offer(frame, time + interval);
    this.status = {
      ...this.status,
      up: error === undefined,
      lastScrape: time,
      lastError: error,
      lastDuration: duration,
      lastSamples: read === undefined || 'error' in read ? 0 : read.samples,
      dropped: this.status.dropped + (stored ? 0 : 1),
    };
  }

  #frame(
    time: number,
    format: ScrapeMeta['format'],
    found: Pick<ScrapeMeta, 'up' | 'duration' | 'samplesScraped' | 'seriesAdded' | 'metadata' | 'last'>,
    answer: Uint8Array,
    gone: string,
  ): FrameInput {
    const { labels, source, job } = this.target;
    const { honorLabels, honorTimestamps } = job;
    const meta = { time, labels, honorLabels, honorTimestamps, format, ...found };
    const body = encodeScrapeBody({ answer, gone: encoder.encode(gone) });
    return { kind: 'scrape', source, received: nanosFromMillis(time), meta, body };
  }

  /** Offers a frame until `end` (ms); whether it was taken. What it said of ended series is said again with the next one if not. */
  async #offer(frame: FrameInput, end: number): Promise<boolean> {
    for (;;) {
      try {
        await this.#intake.accept(frame);
        this.#watch.told();
        return true;
      } catch (error) {
        const wait = error instanceof CodedError ? error.retryAfterSeconds : undefined;
        if (wait === undefined || Date.now() + wait * 1000 >= end || this.#abort.signal.aborted) {
          this.#intake.refuse(frame.source, 1, (error as Error).message);
          return false;
        }
        await new Promise((resolve) => setTimeout(resolve, wait * 1000));
      }
    }
  }
}

/** At most so many at a time; the others wait in their order. */
class Limit {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  async acquire(): Promise<() => void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return () => {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    };
  }
}

export class Scraper {
  readonly #intake: Intake;
  readonly #limit = new Limit(MAX_CONCURRENT);
  #loops = new Map<string, TargetLoop>();

  constructor(intake: Intake) {
    this.#intake = intake;
  }

  /** How the targets do. */
  get targets(): readonly TargetStatus[] {
    return [...this.#loops.values()].map(({ status }) => status);
  }

  /** Scrapes the targets of these jobs from now on: those that stay go on undisturbed, the series of those that go end. */
  async apply(jobs: readonly ScrapeJob[]): Promise<void> {
    const loops = new Map<string, TargetLoop>();
    const fresh: TargetLoop[] = [];
    for (const target of targetsOf(jobs)) {
      const { groups: _groups, ...settings } = target.job;
      const key = JSON.stringify([target.url, target.labels, settings]);
      const known = this.#loops.get(key);
      this.#loops.delete(key);
      const loop = known ?? new TargetLoop(target, this.#intake, this.#limit);
      if (known === undefined) fresh.push(loop);
      loops.set(key, loop);
    }
    const left = [...this.#loops.values()];
    this.#loops = loops;
    await Promise.all(left.map((loop) => loop.stop(true)));
    for (const loop of fresh) loop.start();
  }

  /** Stops; the series do not end, they go on after the next start. */
  async stop(): Promise<void> {
    await Promise.all([...this.#loops.values()].map((loop) => loop.stop(false)));
  }
}
