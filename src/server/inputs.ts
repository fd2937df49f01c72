// The inputs that go out and fetch: log files that are followed, targets that are scraped, standard input. What listens stands in
// listeners.ts.
import { codedError } from '../base/coded-error.ts';
import type { Log } from '../base/log.ts';
import type { Settings } from '../config/settings.ts';
import type { Source } from '../api/sources.ts';
import { parsePrometheusConfig, type ScrapeJob } from '../config/prometheus/scrape-config.ts';
import { Scraper } from '../ingest/scrape/scraper.ts';
import type { SpooledIntake } from '../ingest/spooled-intake.ts';
import { readStdin } from '../ingest/stdin/stdin.ts';
import { Tail } from '../ingest/tail/tail.ts';
import type { TailEvent } from '../ingest/tail/tailed-path.ts';
import { serverErrors } from './errors.ts';
import type { SourceFailure } from './handlers/sources.ts';
import type { ConfigurationFile } from './load-configuration.ts';
import type { MetricRegistry } from './metrics/metric-registry.ts';
import type { Shutdown } from './shutdown.ts';

const TAIL_PREFIX = 'tail:';

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
      return `${event.path}: ${event.lines} lines were too long, ${event.bytes} bytes of them were cut off`;
  }
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

/** The jobs of all prometheus.yml among `files`; what is wrong with one is said and leaves it out. Throws FILE_UNUSABLE. */
export function readScrapeJobs(files: readonly ConfigurationFile[], log: Log): readonly ScrapeJob[] {
  const jobs: ScrapeJob[] = [];
  for (const { path, kind, text } of files) {
    if (kind !== 'prometheus') continue;
    const { config, problems } = parsePrometheusConfig(text);
    const lines = problems.map((problem) => ({
      severity: problem.severity,
      text: `${path}:${problem.line}:${problem.column}: ${problem.path === '' ? '' : `${problem.path}: `}${problem.message}`,
    }));
    if (config === undefined)
      throw codedError(serverErrors, 'FILE_UNUSABLE', path, lines.map((line) => line.text).join('; '));
    for (const line of lines) log[line.severity === 'error' ? 'error' : 'warn'](line.text);
    jobs.push(...config.jobs);
  }
  return jobs;
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
  #scraper: Scraper | undefined;

  /** Starts what settings and files ask for. */
  async start(parts: InputParts): Promise<void> {
    await this.#followFiles(parts);
    const scraper = new Scraper(parts.intake);
    this.#scraper = scraper;
    parts.shutdown.add('scraping', () => scraper.stop());
    parts.registry.reading('gauge', 'holter_scrape_targets', 'Targets that are scraped', ['up'], () =>
      (['true', 'false'] as const).map((up) => [
        [up],
        scraper.targets.filter((one) => String(one.up === true) === up).length,
      ]),
    );
    await this.applyJobs(parts.jobs, parts.log);
    this.#readStandardInput(parts);
  }

  /** Scrapes the targets of these jobs from now on. */
  async applyJobs(jobs: readonly ScrapeJob[], log: Log): Promise<void> {
    await this.#scraper?.apply(jobs);
    if (jobs.length > 0) log.info(`scrapes ${this.#scraper?.targets.length ?? 0} targets of ${jobs.length} jobs`);
  }

  async #followFiles({ settings, intake, registry, log, shutdown }: InputParts): Promise<void> {
    if (settings.tail.length === 0) return;
    const tail = new Tail({
      globs: settings.tail,
      intake,
      positions: intake.positions(),
      report: (event) => log.warn(describeTailEvent(event)),
    });
    await tail.start();
    this.#tail = tail;
    shutdown.add('log files', () => tail.stop());
    addTailMetrics(registry, tail);
    log.info(`follows ${tail.statistics.paths} log files of ${settings.tail.join(' ')}`);
  }

  #readStandardInput({ settings, intake, log, shutdown }: InputParts): void {
    if (!settings.stdin) return;
    const stop = new AbortController();
    const done = readStdin({ intake, signal: stop.signal }).then(
      ({ lines, bytes }) => {
        log.info('standard input has ended');
        if (lines > 0) log.warn(`standard input: ${lines} lines were too long, ${bytes} bytes of them were cut off`);
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

  /** What went wrong when a source was fetched last. */
  failureOf(source: string): SourceFailure | undefined {
    const target = this.#scraper?.targets.find((one) => one.source === source);
    if (target?.lastError === undefined || target.lastScrape === undefined) return undefined;
    return { at: target.lastScrape, reason: target.lastError, sample: target.url };
  }

  /** How the naive clocks of a source are read. */
  clockOf(source: string): Source['clock'] {
    if (!source.startsWith(TAIL_PREFIX)) return undefined;
    const clocks = Object.entries(this.#tail?.clocks[source.slice(TAIL_PREFIX.length)] ?? {});
    if (clocks.length === 0) return undefined;
    const read = clocks.map(([clock, zone]) => `${clock} is read as ${zone}: nearest to the arrival of fresh lines`);
    return { zone: [...new Set(clocks.map(([, zone]) => zone))].join(', '), reason: read.join('; ') };
  }
}
