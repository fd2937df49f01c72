// Metrics that this program gathers itself: the same loop as for a target that is scraped, with an answer that is made here.
import { plainHttp } from '../../config/prometheus/http-client.ts';
import type { ScrapeJob } from '../../config/prometheus/scrape-job.ts';
import { noLimits, scrapeProtocols } from '../../config/prometheus/scrape-limits.ts';
import type { Intake } from '../intake.ts';
import { compileRelabel } from '../../model/relabel/relabel.ts';
import { discoveredLabels, makeTarget } from '../scrape/scrape-target.ts';
import { TargetLoop } from '../scrape/target-loop.ts';

/** ms between two looks, and how long one may take. */
const INTERVAL = 15_000;
const TIMEOUT = 10_000;
const encoder = new TextEncoder();

export interface Collector {
  /** Labels of all its series. Where a series has them of its own, these stay. */
  readonly job: string;
  readonly instance: string;
  /** ms; 15 s when nothing is said. */
  readonly interval?: number;
  /** The metrics of this moment in Prometheus' text format. Rejects with an Error when they cannot be had: `up` is 0 then. */
  collect(stop: AbortSignal): Promise<string>;
}

/** Begins to store what a collector gathers. */
export function startCollector(collector: Collector, intake: Intake, now: () => number = Date.now): TargetLoop {
  const interval = collector.interval ?? INTERVAL;
  const job: ScrapeJob = {
    name: collector.job,
    interval,
    timeout: Math.min(TIMEOUT, interval),
    metricsPath: '/',
    scheme: 'http',
    params: [],
    honorLabels: true,
    honorTimestamps: false,
    trackTimestampsStaleness: false,
    limits: noLimits,
    protocols: scrapeProtocols,
    fallbackProtocol: 'PrometheusText0.0.4',
    compression: false,
    names: 'utf8',
    escaping: 'allow-utf-8',
    extraScrapeMetrics: false,
    http: plainHttp,
    discovery: [],
    relabel: [],
    metricRelabel: [],
  };
  const labels = discoveredLabels(
    job,
    [
      ['__address__', 'localhost'],
      ['instance', collector.instance],
    ],
    [],
  );
  const made = makeTarget(job, compileRelabel([]), labels);
  if (made.kind !== 'target') throw new Error(`bug: the collector of ${collector.job} has no target`);
  const target = { ...made.target, source: `${collector.job}:${collector.instance}` };
  const fetch = async (_target: unknown, stop: AbortSignal): Promise<{ body: Uint8Array; contentType: string }> => {
    const deadline = AbortSignal.any([stop, AbortSignal.timeout(target.timeout)]);
    return { body: encoder.encode(await collector.collect(deadline)), contentType: '' };
  };
  const loop = new TargetLoop(target, { intake, fetch, now });
  loop.start();
  return loop;
}
