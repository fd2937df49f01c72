// A target: where it is asked and which labels its series carry, made of what discovery found, the job and its relabelling rules.
import { formatDuration, parseDuration } from '../../base/duration.ts';
import { fingerprintText } from '../../base/fingerprint.ts';
import type { ScrapeJob } from '../../config/prometheus/scrape-job.ts';
import { LabelBuilder } from '../../model/relabel/label-builder.ts';
import type { Relabeler } from '../../model/relabel/relabel.ts';
import { canonicalLabels, type LabelPair } from '../../model/series-identity.ts';
import { escapePath, escapeQuery } from './target-url.ts';

export interface ScrapeTarget {
  readonly job: ScrapeJob;
  readonly url: string;
  /** Before relabelling, with __address__, __scheme__, __meta_… */
  readonly discovered: readonly LabelPair[];
  /** What every series of the target carries: job, instance, labels of the group. */
  readonly labels: readonly LabelPair[];
  /** `scrape:job/instance` */
  readonly source: string;
  /** Where in its interval it is asked, ms: targets are spread over it, the same way after every start. */
  readonly offset: number;
  /** ms */
  readonly interval: number;
  /** ms, at most the interval. */
  readonly timeout: number;
}

/** What became of a discovered target. */
export type TargetOutcome =
  | { readonly kind: 'target'; readonly target: ScrapeTarget }
  | { readonly kind: 'dropped'; readonly discovered: readonly LabelPair[] }
  | { readonly kind: 'invalid'; readonly reason: string; readonly discovered: readonly LabelPair[] };

const PARAMETER = '__param_';
/** Rules see them in Prometheus, so they see them here: native histograms are not kept. */
const histogramLabels: readonly LabelPair[] = [
  ['__convert_classic_histograms_to_nhcb__', 'false'],
  ['__always_scrape_classic_histograms__', 'false'],
  ['__scrape_native_histograms__', 'false'],
];

/** The labels of a target before relabelling, in the order in which rules walk over them: its own, its group's, the job's. The first wins. */
export function discoveredLabels(
  job: ScrapeJob,
  own: readonly LabelPair[],
  group: readonly LabelPair[],
): readonly LabelPair[] {
  const labels = new Map<string, string>(own);
  for (const [name, value] of group) if (!labels.has(name)) labels.set(name, value);
  const parameters = job.params.flatMap(([name, [first]]): LabelPair[] =>
    first === undefined ? [] : [[`${PARAMETER}${name}`, first]],
  );
  const defaults: readonly LabelPair[] = [
    ['job', job.name],
    ['__scrape_interval__', formatDuration(job.interval)],
    ['__scrape_timeout__', formatDuration(job.timeout)],
    ['__metrics_path__', job.metricsPath],
    ['__scheme__', job.scheme],
    ...histogramLabels,
    ...parameters,
  ];
  for (const [name, value] of defaults) if ((labels.get(name) ?? '') === '') labels.set(name, value);
  return [...labels];
}

function urlOf(job: ScrapeJob, labels: LabelBuilder): string {
  const parameters = new Map(job.params.map(([name, values]) => [name, [...values]]));
  for (const [name, value] of labels.entries()) {
    if (!name.startsWith(PARAMETER)) continue;
    const key = name.slice(PARAMETER.length);
    const values = parameters.get(key) ?? [];
    values[0] = value;
    parameters.set(key, values);
  }
  const query = [...parameters]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, values]) => values.map((value) => `${escapeQuery(name)}=${escapeQuery(value)}`));
  const path = labels.get('__metrics_path__');
  const host = labels.get('__address__');
  const slash = path === '' || path.startsWith('/') ? '' : '/';
  const search = query.length === 0 ? '' : `?${query.join('&')}`;
  return `${labels.get('__scheme__')}://${host}${slash}${escapePath(path)}${search}`;
}

/** ms, or why the label is no duration that something can be done in. */
function readTime(labels: LabelBuilder, name: string, what: string): number | string {
  const duration = parseDuration(labels.get(name));
  if (typeof duration === 'string') return `${what}: ${duration}`;
  return duration === 0 ? `${what} cannot be 0` : duration;
}

/** Applies the job's rules to a target's labels. */
export function makeTarget(job: ScrapeJob, relabel: Relabeler, discovered: readonly LabelPair[]): TargetOutcome {
  const labels = new LabelBuilder();
  for (const [name, value] of discovered) labels.set(name, value);
  if (!relabel(labels)) return { kind: 'dropped', discovered };
  const invalid = (reason: string): TargetOutcome => ({ kind: 'invalid', reason, discovered });
  const address = labels.get('__address__');
  if (address === '') return invalid('no address');
  if (address.includes('/')) return invalid(`"${address}" is not a valid hostname`);
  const interval = readTime(labels, '__scrape_interval__', 'scrape interval');
  if (typeof interval === 'string') return invalid(interval);
  const timeout = readTime(labels, '__scrape_timeout__', 'scrape timeout');
  if (typeof timeout === 'string') return invalid(timeout);
  if (timeout > interval) return invalid('the scrape timeout is longer than the scrape interval');
  if (labels.get('instance') === '') labels.set('instance', address);
  const url = urlOf(job, labels);
  if (!/^https?:/.test(url)) return invalid(`"${labels.get('__scheme__')}" is no scheme that targets are asked by`);
  if (!URL.canParse(url)) return invalid(`"${url}" is no URL`);
  const all = labels.entries().filter(([name]) => !name.startsWith('__meta_'));
  const shown = canonicalLabels(all.filter(([name]) => !name.startsWith('__')));
  const offset = Number(fingerprintText(`${url}\0${JSON.stringify(canonicalLabels(all))}`) % BigInt(interval));
  const source = `scrape:${labels.get('job')}/${labels.get('instance')}`;
  return { kind: 'target', target: { job, url, discovered, labels: shown, source, offset, interval, timeout } };
}
