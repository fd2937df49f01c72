// The inputs that go out and fetch: log files that are followed, targets that are scraped, standard input. What listens stands in
// listeners.ts.
import type { Log } from '../base/log.ts';
import type { Settings } from '../config/settings.ts';
import type { Source } from '../api/sources.ts';
import type { ScrapeJob } from '../config/prometheus/scrape-job.ts';
import { startHostMetrics } from '../ingest/host/host-metrics.ts';
import { Scraper } from '../ingest/scrape/scraper.ts';
import type { TargetLoop } from '../ingest/scrape/target-loop.ts';
import type { SpooledIntake } from '../ingest/spooled-intake.ts';
import { readStdin } from '../ingest/stdin/stdin.ts';
import { startUwsgi } from '../ingest/uwsgi/uwsgi-input.ts';
import { Tail } from '../ingest/tail/tail.ts';
import type { TailEvent } from '../ingest/tail/tailed-path.ts';
import type { SourceFailure } from './handlers/sources.ts';
import type { MetricRegistry } from './metrics/metric-registry.ts';
import type { Shutdown } from './shutdown.ts';

const TAIL_PREFIX = 'tail:';
/** Files whose last loss is remembered. */
const MAX_LOSSES = 1000;

function describeCut({ lines, bytes }: { readonly lines: number; readonly bytes: number }): string {
  const what = lines === 1 ? 'a line was' : `${lines} lines were`;
  return lines === 0
    ? `${bytes} more bytes of a line without end were cut off`
    : `${what} too long, ${bytes} bytes were cut off`;
}

function describeTailEvent(event: TailEvent): string {
  switch (event.kind) {
    case 'unreadable':
      return `${event.path} cannot be read: ${event.error.message}`;
    case 'truncated':
      return event.missedBytes === 0
        ? `${event.path} was cut to its beginning; nothing was missed`
        : `${event.path} was cut to its beginning; up to ${event.missedBytes} bytes were missed`;
    case 'vanished':
      return `${event.path} is gone; it was read up to byte ${event.offset}`;
    case 'cut':
      return `${event.path}: ${describeCut(event)}`;
  }
}

function isLoss(event: TailEvent): boolean {
  return event.kind === 'unreadable' || event.kind === 'cut' || (event.kind === 'truncated' && event.missedBytes > 0);
}

function addTailMetrics(registry: MetricRegistry, tail: Tail): void {
  const gauges = [
    ['paths', 'holter_tail_paths', 'Log files that are followed'],
    ['openFiles', 'holter_tail_open_files', 'Log files that are open'],
    ['unreadable', 'holter_tail_unreadable_paths', 'Log files that cannot be read'],
  ] as const;
  for (const [key, name, help] of gauges) registry.reading('gauge', name, help, [], () => [[[], tail.statistics[key]]]);
  const counters = [
    ['missedBytes', 'holter_tail_missed_bytes_total', 'Bytes that were perhaps missed because a file was cut'],
    ['truncations', 'holter_tail_truncations_total', 'Files that were cut to their beginning'],
    ['cutBytes', 'holter_tail_cut_bytes_total', 'Bytes that were cut off too long lines'],
    ['cutLines', 'holter_tail_cut_lines_total', 'Lines that were too long'],
  ] as const;
  for (const [key, name, help] of counters)
    registry.reading('counter', name, help, [], () => [[[], tail.statistics[key]]]);
}

/** What the inputs are started with. */
export interface InputParts {
  readonly settings: Settings;
  readonly jobs: readonly ScrapeJob[];
  readonly intake: SpooledIntake;
  readonly registry: MetricRegistry;
  readonly log: Log;
  /** Ends them. */
  readonly shutdown: Shutdown;
}

export class Inputs {
  #tail: Tail | undefined;
  /** By source, what was last lost of a followed file. */
  readonly #losses = new Map<string, SourceFailure>();
  #scraper: Scraper | undefined;
  readonly #collectors: TargetLoop[] = [];

  /** Starts what settings and files ask for. */
  async start(parts: InputParts): Promise<void> {
    await this.#followFiles(parts);
    const scraper = new Scraper({ intake: parts.intake, report: (problem) => parts.log.warn(problem) });
    this.#scraper = scraper;
    parts.shutdown.add('scraping', () => scraper.stop());
    parts.registry.reading('gauge', 'holter_scrape_targets', 'Targets that are scraped', ['up'], () =>
      (['true', 'false'] as const).map((up) => [
        [up],
        scraper.activeTargets().filter(({ health }) => String(health === 'up') === up).length,
      ]),
    );
    await this.applyJobs(parts.jobs, parts.log);
    this.#collect(parts);
    this.#readStandardInput(parts);
  }

  /** The scraper, for the pages and the API that show targets. */
  get scraper(): Scraper | undefined {
    return this.#scraper;
  }

  /** What is scraped, also before it is. */
  readonly targets: Pick<
    Scraper,
    'pools' | 'relabelRules' | 'activeTargets' | 'droppedTargets' | 'droppedCounts' | 'targetMetadata'
  > = {
    pools: () => this.#scraper?.pools() ?? [],
    relabelRules: (pool) => this.#scraper?.relabelRules(pool),
    activeTargets: (pool) => this.#scraper?.activeTargets(pool) ?? [],
    droppedTargets: (pool) => this.#scraper?.droppedTargets(pool) ?? [],
    droppedCounts: () => this.#scraper?.droppedCounts() ?? {},
    targetMetadata: () => this.#scraper?.targetMetadata() ?? [],
  };

  /** Scrapes the targets of these jobs from now on. */
  async applyJobs(jobs: readonly ScrapeJob[], log: Log): Promise<void> {
    await this.#scraper?.apply(jobs);
    if (jobs.length > 0)
      log.info(`scrapes ${this.#scraper?.activeTargets().length ?? 0} targets of ${jobs.length} jobs`);
  }

  /** What is gathered here: this machine, uWSGI. */
  #collect({ settings, intake, shutdown, log }: InputParts): void {
    if (settings.hostMetrics && process.platform === 'linux') this.#collectors.push(startHostMetrics(intake));
    for (const address of settings.uwsgi) {
      this.#collectors.push(startUwsgi(address, intake));
      log.info(`reads uWSGI's stats server at ${address}`);
    }
    shutdown.add('collectors', async () => {
      await Promise.all(this.#collectors.map((loop) => loop.stop(false)));
    });
  }

  async #followFiles({ settings, intake, registry, log, shutdown }: InputParts): Promise<void> {
    if (settings.tail.length === 0) return;
    const tail = new Tail({
      globs: settings.tail,
      intake,
      positions: intake.positions(),
      report: (event) => {
        const reason = describeTailEvent(event);
        log.warn(reason);
        if (isLoss(event)) this.#noteLoss(`${TAIL_PREFIX}${event.path}`, { at: Date.now(), reason, sample: '' });
      },
    });
    await tail.start();
    this.#tail = tail;
    shutdown.add('log files', () => tail.stop());
    addTailMetrics(registry, tail);
    log.info(`follows ${tail.statistics.paths} log files of ${settings.tail.join(' ')}`);
  }

  #noteLoss(source: string, loss: SourceFailure): void {
    this.#losses.delete(source);
    this.#losses.set(source, loss);
    if (this.#losses.size > MAX_LOSSES) this.#losses.delete(this.#losses.keys().next().value!);
  }

  #readStandardInput({ settings, intake, log, shutdown }: InputParts): void {
    if (!settings.stdin) return;
    const stop = new AbortController();
    const done = readStdin({ intake, signal: stop.signal }).then(
      (cut) => {
        log.info('standard input has ended');
        if (cut.lines > 0) log.warn(`standard input: ${describeCut(cut)}`);
      },
      (error: Error) => log.warn(`standard input: ${error.message}`),
    );
    shutdown.add('standard input', async () => {
      process.stdin.destroy();
      stop.abort(new Error('the server is shutting down'));
      await done;
    });
    log.info('reads lines from standard input');
  }

  /** What went wrong when a source was fetched last, or was lost of its file. */
  failureOf(source: string): SourceFailure | undefined {
    const loss = this.#losses.get(source);
    if (loss !== undefined) return loss;
    const failure =
      this.#scraper?.failureOf(source) ?? this.#collectors.find(({ target }) => target.source === source)?.failure();
    return failure === undefined ? undefined : { at: failure.at, reason: failure.reason, sample: failure.url };
  }

  /** How the naive clocks of a source are read. */
  clockOf(source: string): Source['clock'] {
    if (!source.startsWith(TAIL_PREFIX)) return undefined;
    const clocks = Object.entries(this.#tail?.clocks[source.slice(TAIL_PREFIX.length)] ?? {});
    if (clocks.length === 0) return undefined;
    // The key of a clock ends with the letter between its day and its hour.
    const names = clocks.map(([clock, zone]) => [clock.replace(/\/.?$/, ''), zone] as const);
    const read = names.map(([clock, zone]) => `${clock} is read as ${zone}: nearest to the arrival of fresh lines`);
    return { zone: [...new Set(clocks.map(([, zone]) => zone))].join(', '), reason: read.join('; ') };
  }
}
