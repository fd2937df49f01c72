// `global`: what holds for all jobs and rules that say nothing else.
import type { NameScheme } from '../../model/relabel/relabel-rule.ts';
import { isLabelName } from '../../model/relabel/relabel-rule.ts';
import type { YamlNode } from '../yaml-reader.ts';
import { joinDirectory } from './file-directory.ts';
import {
  escapingSchemes,
  readLimits,
  readProtocols,
  noLimits,
  type EscapingScheme,
  type ScrapeLimits,
  type ScrapeProtocol,
} from './scrape-limits.ts';
import { words, YamlSection } from './yaml-section.ts';

export interface GlobalSettings {
  /** ms */
  readonly scrapeInterval: number;
  /** ms, at most the interval. */
  readonly scrapeTimeout: number;
  /** ms */
  readonly evaluationInterval: number;
  /** ms that rules look back, so that what comes late is there. */
  readonly ruleQueryOffset: number;
  /** Labels that alerts carry, with the environment's variables put in. */
  readonly externalLabels: readonly (readonly [name: string, value: string])[];
  /** A file that every query is to be written to, one line each. */
  readonly queryLogFile: string | undefined;
  readonly limits: ScrapeLimits;
  readonly names: NameScheme;
  readonly escaping: EscapingScheme;
  readonly protocols: readonly ScrapeProtocol[] | undefined;
  readonly extraScrapeMetrics: boolean;
}

const fields =
  words(`scrape_interval scrape_timeout evaluation_interval external_labels rule_query_offset query_log_file
  scrape_failure_log_file body_size_limit sample_limit label_limit label_name_length_limit label_value_length_limit
  target_limit keep_dropped_targets metric_name_validation_scheme metric_name_escaping_scheme scrape_protocols
  always_scrape_classic_histograms convert_classic_histograms_to_nhcb scrape_native_histograms extra_scrape_metrics`);

const DEFAULT_INTERVAL = 60_000;
const DEFAULT_TIMEOUT = 10_000;

export const defaultGlobal: GlobalSettings = {
  scrapeInterval: DEFAULT_INTERVAL,
  scrapeTimeout: DEFAULT_TIMEOUT,
  evaluationInterval: DEFAULT_INTERVAL,
  ruleQueryOffset: 0,
  externalLabels: [],
  queryLogFile: undefined,
  limits: noLimits,
  names: 'utf8',
  escaping: 'allow-utf-8',
  protocols: undefined,
  extraScrapeMetrics: false,
};

export interface ReadContext {
  /** Directory of the file; '' leaves relative paths as they are. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** `$NAME` and `${NAME}` of the environment, as Go's os.Expand; `$$` is a dollar. */
function expandVariables(text: string, environment: ReadContext['environment']): string {
  return text.replaceAll(/\$(?:\{([^}]*)\}|(\w+)|(\$))/g, (_match, braced: string, bare: string, dollar: string) =>
    dollar === undefined ? (environment[braced ?? bare ?? ''] ?? '') : '$',
  );
}

/** Native histograms come later; a file that asks for them is told. */
export function warnAboutHistograms(section: YamlSection): void {
  for (const name of ['scrape_native_histograms', 'convert_classic_histograms_to_nhcb'])
    if (section.boolean(name) === true)
      section.problem(name, 'native histograms are not kept; classic histograms are scraped as they come', 'warning');
  section.boolean('always_scrape_classic_histograms');
  if (section.has('scrape_failure_log_file'))
    section.problem(
      'scrape_failure_log_file',
      'failures stand on the targets and in the log; the file is not written',
      'warning',
    );
}

export function readGlobal(node: YamlNode, { directory, environment }: ReadContext): GlobalSettings {
  const section = YamlSection.of(node, 'global settings', fields);
  if (section === undefined) return defaultGlobal;
  const scrapeInterval = section.duration('scrape_interval') ?? DEFAULT_INTERVAL;
  const asked = section.duration('scrape_timeout');
  if (asked !== undefined && asked > scrapeInterval)
    section.problem('scrape_timeout', 'the scrape_timeout is longer than the scrape_interval');
  const names = section.choice('metric_name_validation_scheme', ['utf8', 'legacy']) ?? 'utf8';
  const escaping = section.choice('metric_name_escaping_scheme', escapingSchemes);
  const externalLabels = section
    .labels('external_labels')
    .map(([name, value]) => [name, expandVariables(value, environment)] as const);
  for (const [name] of externalLabels)
    if (!isLabelName(name, names)) section.problem('external_labels', `"${name}" is no valid label name`);
  const queryLog = section.text('query_log_file') ?? '';
  warnAboutHistograms(section);
  return {
    scrapeInterval,
    scrapeTimeout: asked ?? Math.min(DEFAULT_TIMEOUT, scrapeInterval),
    evaluationInterval: section.duration('evaluation_interval') ?? DEFAULT_INTERVAL,
    ruleQueryOffset: section.duration('rule_query_offset') ?? 0,
    externalLabels,
    queryLogFile: queryLog === '' ? undefined : joinDirectory(directory, queryLog),
    limits: readLimits(section, noLimits),
    names,
    escaping: escaping ?? (names === 'legacy' ? 'underscores' : 'allow-utf-8'),
    protocols: readProtocols(section),
    extraScrapeMetrics: section.boolean('extra_scrape_metrics') ?? false,
  };
}
