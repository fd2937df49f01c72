// Scrapes one target at its interval. The target has its place in the interval; a scrape that starts close to it carries exactly that
// time, so that samples lie on a grid. A frame holds the raw answer; what was found out about it stands in the meta.
import { hostname } from 'node:os';
import { CodedError } from '../../base/coded-error.ts';
import { formatDuration } from '../../base/duration.ts';
import { nanosFromMillis } from '../../model/units.ts';
import type { FrameInput, Intake } from '../intake.ts';
import { AnswerReader, type AnswerFormat } from './answer-reader.ts';
import { BodyTooLarge } from '../http-client/read-body.ts';
import { formatOf, type MetricsAnswer } from './fetch-metrics.ts';
import { encodeScrapeBody, printSeries } from './scrape-body.ts';
import { rememberReader } from './scrape-frame.ts';
import type { ScrapeMeta } from './scrape-meta.ts';
import type { ScrapeTarget } from './scrape-target.ts';
import { SeriesTracker, type EndedSeries } from './series-tracker.ts';
import type { ActiveTarget, TargetMetadata } from './target-view.ts';

/** HELP, TYPE and UNIT are stored this often (ms). */
const METADATA_EVERY = 3_600_000;
/** Longer timers overflow. */
const MAX_TIMER = 2 ** 31 - 1;
/** A scrape that starts this near to its place in the grid gets that time: a hundredth of the interval, at least 20 ms. */
const snapTolerance = (interval: number): number => Math.max(20, interval / 100);
const encoder = new TextEncoder();
const nothing = new Uint8Array(0);

export interface LoopParts {
  readonly intake: Intake;
  /** Asks the target. Rejects with an Error that says why there is no answer. */
  readonly fetch: (target: ScrapeTarget, stop: AbortSignal) => Promise<MetricsAnswer>;
  /** Unix ms. */
  readonly now: () => number;
}

/** How the last scrape went. */
interface ScrapeState {
  readonly isUp: boolean | undefined;
  readonly lastScrape: number | undefined;
  readonly lastError: string;
  /** Seconds. */
  readonly lastDuration: number;
  /** Scrapes whose samples were lost because the intake was full until the next one was due. */
  readonly dropped: number;
}

interface Fetched {
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly error: string | undefined;
  /** Bytes; -1 when there were more than the job allows. */
  readonly bytes: number;
}

/** What went wrong when a target was asked last. */
export interface TargetFailure {
  readonly url: string;
  /** Unix ms. */
  readonly at: number;
  readonly reason: string;
}

const recordOf = (pairs: ScrapeTarget['labels']): Readonly<Record<string, string>> => Object.fromEntries(pairs);

export class TargetLoop {
  /** Only what is shown of it may change while it runs. */
  target: ScrapeTarget;
  readonly #parts: LoopParts;
  readonly #reader: AnswerReader;
  readonly #tracker: SeriesTracker;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #metadataAt = -Infinity;
  #running: Promise<void> = Promise.resolve();
  /** Why nothing is asked: the job has too many targets. */
  forcedError: string | undefined;
  state: ScrapeState = { isUp: undefined, lastScrape: undefined, lastError: '', lastDuration: 0, dropped: 0 };

  constructor(target: ScrapeTarget, parts: LoopParts) {
    this.target = target;
    this.#parts = parts;
    const { job, labels } = target;
    const rules = { labels, honorLabels: job.honorLabels, relabel: job.metricRelabel };
    this.#reader = new AnswerReader(rules, job.honorTimestamps, { ...job.limits, names: job.names });
    this.#tracker = new SeriesTracker(this.#reader, job.trackTimestampsStaleness);
  }

  /** Goes on where the loop before a reload stopped: its series end when the next answer lacks them. */
  inherit(before: TargetLoop): void {
    this.#tracker.inherit(before.#tracker);
    this.state = before.state;
  }

  start(): void {
    const { interval, offset } = this.target;
    const now = this.#parts.now();
    this.#wait(Math.floor((now - offset) / interval) * interval + offset + interval, now);
  }

  #wait(due: number, now: number): void {
    const left = due - now;
    this.#timer = setTimeout(
      () => {
        if (left > MAX_TIMER) return this.start();
        this.#running = this.#scrape(due).finally(() => {
          if (!this.#abort.signal.aborted) this.start();
        });
      },
      Math.min(left, MAX_TIMER),
    );
  }

  /** Scrapes once more, beside the interval: for what would be lost at the end. */
  async scrapeNow(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    clearTimeout(this.#timer);
    await this.#scrape(this.#parts.now());
  }

  /** Stops; with `gone` the target's series end. */
  async stop(gone: boolean): Promise<void> {
    clearTimeout(this.#timer);
    this.#abort.abort(new Error('the scraper was stopped'));
    await this.#running;
    if (!gone || this.state.isUp === undefined) return;
    this.#tracker.endAll();
    const now = this.#parts.now();
    await this.#offer(this.#frame(now, nothing, { report: this.#report(false, 0, 0, 0), last: true }), now);
  }

  async #scrape(due: number): Promise<void> {
    const { interval } = this.target;
    const begun = this.#parts.now();
    const time = Math.abs(begun - due) <= snapTolerance(interval) ? due : begun;
    const start = performance.now();
    const fetched = await this.#fetch();
    if (this.#abort.signal.aborted) return;
    const reader = this.#reader;
    const { error, format } = this.#read(fetched);
    const isUp = error === undefined;
    const added = isUp ? this.#tracker.take() : 0;
    if (!isUp) this.#tracker.endAll();
    const duration = (performance.now() - start) / 1000;
    const report = this.#report(isUp, duration, added, fetched.bytes, fetched.error === undefined);
    const metadata = isUp && Math.abs(time - this.#metadataAt) >= METADATA_EVERY;
    if (metadata) this.#metadataAt = time;
    const frame = isUp
      ? this.#frame(time, fetched.body, { report, metadata, format, exemplars: this.#freshExemplars() })
      : this.#frame(time, nothing, { report });
    if (isUp) rememberReader(frame.body, reader);
    const stored = await this.#offer(frame, time + interval);
    this.state = {
      isUp,
      lastScrape: begun,
      lastError: error ?? '',
      lastDuration: duration,
      dropped: this.state.dropped + (stored ? 0 : 1),
    };
  }

  async #fetch(): Promise<Fetched> {
    const failed = { body: nothing, contentType: '', bytes: 0 };
    if (this.forcedError !== undefined) return { ...failed, error: this.forcedError };
    try {
      const answer = await this.#parts.fetch(this.target, this.#abort.signal);
      return { ...answer, error: undefined, bytes: answer.body.length };
    } catch (error) {
      return { ...failed, error: (error as Error).message, bytes: error instanceof BodyTooLarge ? -1 : 0 };
    }
  }

  /** Reads an answer: its format, and why the scrape failed. */
  #read({ error: failure, body, contentType }: Fetched): { error: string | undefined; format: AnswerFormat } {
    if (failure !== undefined) return { error: failure, format: 'text' };
    const { fallbackProtocol, limits } = this.target.job;
    const reader = this.#reader;
    let format: AnswerFormat = 'text';
    try {
      // An empty answer needs no type.
      if (body.length > 0) format = formatOf(contentType, fallbackProtocol);
    } catch (error) {
      reader.read(nothing, format);
      return { error: (error as Error).message, format };
    }
    const error = reader.read(body, format);
    const samples = reader.kept - reader.repeated;
    if (error !== undefined || limits.samples === 0 || samples <= limits.samples) return { error, format };
    return { error: `sample_limit exceeded (${samples} samples, limit: ${limits.samples})`, format };
  }

  #report(isUp: boolean, duration: number, added: number, bytes: number, wasRead = false): ScrapeMeta['report'] {
    const { job, timeout } = this.target;
    const { scraped, kept } = wasRead ? this.#reader : { scraped: 0, kept: 0 };
    return [
      ['up', isUp ? 1 : 0],
      ['scrape_duration_seconds', duration],
      ['scrape_samples_scraped', scraped],
      ['scrape_samples_post_metric_relabeling', kept],
      ['scrape_series_added', added],
      ...(job.extraScrapeMetrics
        ? ([
            ['scrape_timeout_seconds', timeout / 1000],
            ['scrape_sample_limit', job.limits.samples],
            ['scrape_body_size_bytes', bytes],
          ] as const)
        : []),
    ];
  }

  /** Numbers of the answer's exemplars that are others than the last ones of their series. */
  #freshExemplars(): number[] {
    const { exemplars: last } = this.#reader.table;
    return this.#reader.exemplars.flatMap(({ series, exemplar }, index) => {
      const text = `${exemplar.value} ${exemplar.timestampMs ?? ''} ${exemplar.labels.key}`;
      if (last.get(series) === text) return [];
      last.set(series, text);
      return [index];
    });
  }

  #frame(time: number, answer: Uint8Array, found: Partial<ScrapeMeta> & Pick<ScrapeMeta, 'report'>): FrameInput {
    const { labels, source, job } = this.target;
    const { honorLabels, honorTimestamps, metricRelabel } = job;
    const meta: ScrapeMeta = {
      time,
      labels,
      honorLabels,
      honorTimestamps,
      relabel: metricRelabel,
      format: 'text',
      metadata: false,
      exemplars: [],
      last: false,
      ...found,
    };
    const ended = [...this.#tracker.ended].map(printEnded).join('');
    const body = encodeScrapeBody({ answer, gone: encoder.encode(ended) });
    return { kind: 'scrape', source, received: nanosFromMillis(time), meta: { ...meta }, body };
  }

  /** Offers a frame until `end` (ms); whether it was taken. What it said of ended series is said again with the next one if not. */
  async #offer(frame: FrameInput, end: number): Promise<boolean> {
    const { intake, now } = this.#parts;
    for (;;) {
      try {
        await intake.accept(frame);
        this.#tracker.told();
        return true;
      } catch (error) {
        const wait = error instanceof CodedError ? error.retryAfterSeconds : undefined;
        if (wait === undefined || now() + wait * 1000 >= end || this.#abort.signal.aborted) {
          intake.refuse(frame.source, 1, (error as Error).message);
          return false;
        }
        await new Promise((resolve) => setTimeout(resolve, wait * 1000));
      }
    }
  }

  /** What went wrong when it was asked last. */
  failure(): TargetFailure | undefined {
    const { lastError, lastScrape } = this.state;
    if (lastError === '' || lastScrape === undefined) return undefined;
    return { url: this.target.url, at: lastScrape, reason: lastError };
  }

  view(): ActiveTarget {
    const { discovered, labels, job, url, interval, timeout } = this.target;
    const { isUp, lastError, lastScrape, lastDuration } = this.state;
    return {
      discoveredLabels: recordOf(discovered),
      labels: recordOf(labels),
      scrapePool: job.name,
      scrapeUrl: url,
      globalUrl: url.replace(/^(\w+:\/\/)(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/?]|$)/, `$1${hostname()}`),
      lastError,
      lastScrape,
      lastScrapeDuration: lastDuration,
      health: isUp === undefined ? 'unknown' : isUp ? 'up' : 'down',
      scrapeInterval: formatDuration(interval),
      scrapeTimeout: formatDuration(timeout),
    };
  }

  metadata(): TargetMetadata[] {
    const target = recordOf(this.target.labels);
    return [...this.#reader.families].map(([metric, { type, help, unit }]) => ({ target, metric, type, help, unit }));
  }
}

function printEnded({ table, series }: EndedSeries): string {
  return `${printSeries(['__name__', table.metricOf(series), ...table.labelsOf(series).flat()])} NaN\n`;
}
