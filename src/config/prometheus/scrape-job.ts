// One entry of scrape_configs.
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config
import type { NameScheme, RelabelRule } from '../../model/relabel/relabel-rule.ts';
import type { YamlNode } from '../yaml-reader.ts';
import { discoveryFields, readDiscovery, type Discovery } from './discovery.ts';
import { warnAboutHistograms, type GlobalSettings } from './global-section.ts';
import { httpClientFields, readHttpClient, type HttpClientSettings } from './http-client.ts';
import { readRelabelRules } from './relabel-rules.ts';
import {
  escapingSchemes,
  readFallback,
  readLimits,
  readProtocols,
  scrapeProtocols,
  type EscapingScheme,
  type ScrapeLimits,
  type ScrapeProtocol,
} from './scrape-limits.ts';
import { words, YamlSection } from './yaml-section.ts';

/** What a job's targets have in common, before relabelling. */
export interface ScrapeJob {
  readonly name: string;
  /** ms */
  readonly interval: number;
  /** ms, at most the interval. */
  readonly timeout: number;
  readonly metricsPath: string;
  readonly scheme: string;
  readonly params: readonly (readonly [name: string, values: readonly string[]])[];
  readonly honorLabels: boolean;
  readonly honorTimestamps: boolean;
  /** Series with times of their own end like others when they are missing. */
  readonly trackTimestampsStaleness: boolean;
  readonly limits: ScrapeLimits;
  readonly protocols: readonly ScrapeProtocol[];
  readonly fallbackProtocol: ScrapeProtocol | undefined;
  readonly compression: boolean;
  readonly names: NameScheme;
  readonly escaping: EscapingScheme;
  readonly extraScrapeMetrics: boolean;
  readonly http: HttpClientSettings;
  readonly discovery: readonly Discovery[];
  readonly relabel: readonly RelabelRule[];
  readonly metricRelabel: readonly RelabelRule[];
}

const fields = [
  ...words(`job_name honor_labels honor_timestamps track_timestamps_staleness params scrape_interval scrape_timeout
    scrape_protocols fallback_scrape_protocol scrape_native_histograms always_scrape_classic_histograms
    convert_classic_histograms_to_nhcb scrape_failure_log_file metrics_path scheme enable_compression body_size_limit
    sample_limit target_limit label_limit label_name_length_limit label_value_length_limit
    native_histogram_bucket_limit native_histogram_min_bucket_factor keep_dropped_targets
    metric_name_validation_scheme metric_name_escaping_scheme extra_scrape_metrics relabel_configs
    metric_relabel_configs`),
  ...httpClientFields,
  ...discoveryFields,
];

function readParams(section: YamlSection): ScrapeJob['params'] {
  return [...(section.field('params')?.entries('parameters with lists of values') ?? [])].map(([name, list]) => [
    name,
    (list.items('a list of values') ?? []).flatMap((item) => item.text() ?? []),
  ]);
}

/** Reads a job; undefined when it has no name. Wrong fields are noted, and it is for the caller to leave the job out. */
export function readScrapeJob(node: YamlNode, global: GlobalSettings, directory: string): ScrapeJob | undefined {
  if (node.isEmpty) return node.problem('expected a job, got nothing');
  const section = YamlSection.of(node, 'a job', fields);
  if (section === undefined) return undefined;
  const name = section.text('job_name');
  if (name === undefined || name === '') return node.problem('a job without job_name');
  const interval = section.duration('scrape_interval') ?? global.scrapeInterval;
  const timeout = section.duration('scrape_timeout') ?? Math.min(global.scrapeTimeout, interval);
  if (timeout > interval)
    section.problem('scrape_timeout', `the scrape_timeout of job "${name}" is longer than its scrape_interval`);
  const ownNames = section.choice('metric_name_validation_scheme', ['utf8', 'legacy']);
  const names = ownNames ?? global.names;
  const inherited = ownNames === undefined ? global.escaping : names === 'legacy' ? 'underscores' : 'allow-utf-8';
  const escaping = section.choice('metric_name_escaping_scheme', escapingSchemes) ?? inherited;
  if (escaping === 'allow-utf-8' && names === 'legacy')
    section.problem('metric_name_escaping_scheme', 'names of any characters need the validation scheme utf8');
  warnAboutHistograms(section);
  const relabel = readRelabelRules(section, 'relabel_configs', names);
  return {
    name,
    interval,
    timeout,
    metricsPath: section.text('metrics_path') ?? '/metrics',
    scheme: section.text('scheme') ?? 'http',
    params: readParams(section),
    honorLabels: section.boolean('honor_labels') ?? false,
    honorTimestamps: section.boolean('honor_timestamps') ?? true,
    trackTimestampsStaleness: section.boolean('track_timestamps_staleness') ?? false,
    limits: readLimits(section, global.limits),
    protocols: readProtocols(section) ?? global.protocols ?? scrapeProtocols,
    fallbackProtocol: readFallback(section),
    compression: section.boolean('enable_compression') ?? true,
    names,
    escaping,
    extraScrapeMetrics: section.boolean('extra_scrape_metrics') ?? global.extraScrapeMetrics,
    http: readHttpClient(section, directory),
    discovery: readDiscovery(section, directory, relabel.length === 0),
    relabel,
    metricRelabel: readRelabelRules(section, 'metric_relabel_configs', names),
  };
}
