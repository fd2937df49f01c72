// A whole prometheus.yml. What is wrong is said with its place; a job or an Alertmanager with an error is left out, the rest works.
import { YamlFile, type ConfigProblem } from '../yaml-reader.ts';
import { noAlerting, readAlerting, type AlertingSettings } from './alerting-section.ts';
import { joinDirectory } from './file-directory.ts';
import { defaultGlobal, readGlobal, type GlobalSettings, type ReadContext } from './global-section.ts';
import { readScrapeJob, type ScrapeJob } from './scrape-job.ts';
import { checkUnusedSection, unusedSections } from './unused-sections.ts';
import { words, YamlSection } from './yaml-section.ts';

export interface PrometheusConfig {
  readonly global: GlobalSettings;
  readonly jobs: readonly ScrapeJob[];
  /** Paths with * in their last part. */
  readonly ruleFiles: readonly string[];
  /** Paths with * in their last part, of files that hold more jobs. */
  readonly scrapeConfigFiles: readonly string[];
  readonly alerting: AlertingSettings;
}

export interface PrometheusConfigResult {
  /** Undefined when the file could not be read at all. */
  readonly config: PrometheusConfig | undefined;
  readonly problems: readonly ConfigProblem[];
}

export interface ScrapeConfigFileResult {
  readonly jobs: readonly ScrapeJob[];
  readonly problems: readonly ConfigProblem[];
}

const topLevel = [...words('global scrape_configs rule_files alerting scrape_config_files'), ...unusedSections];
const PATTERN = /^[^*]*(?:\*[^/]*)?$/;

/** Tells whether errors were noted since the last call. */
function newErrors(file: YamlFile): () => boolean {
  let known = 0;
  return () => {
    const count = file.problems.filter(({ severity }) => severity === 'error').length;
    const isMore = count > known;
    known = count;
    return isMore;
  };
}

function readJobs(
  file: YamlFile,
  section: YamlSection,
  global: GlobalSettings,
  directory: string,
  names: Set<string>,
): ScrapeJob[] {
  const hasErrors = newErrors(file);
  hasErrors();
  return section.list('scrape_configs', 'a list of jobs').flatMap((node) => {
    const job = readScrapeJob(node, global, directory);
    if (job === undefined) return [];
    if (names.has(job.name)) node.keyed('job_name').problem(`two jobs are called "${job.name}"`);
    names.add(job.name);
    return hasErrors() ? [] : [job];
  });
}

function readPatterns(section: YamlSection, name: string, directory: string): string[] {
  return section.list(name, 'a list of paths').flatMap((node) => {
    const path = node.text('a path');
    if (path === undefined) return [];
    if (!PATTERN.test(path)) return node.problem(`expected a path with * in its last part only, got "${path}"`) ?? [];
    return [joinDirectory(directory, path)];
  });
}

/**
 * Reads a prometheus.yml. `directory` is where relative paths begin (that of the file); `environment` fills variables of external
 * labels.
 */
export function parsePrometheusConfig(
  text: string,
  { directory = '', environment = {} }: Partial<ReadContext> = {},
): PrometheusConfigResult {
  const file = new YamlFile(text);
  const { problems } = file;
  if (file.root === undefined) return { config: undefined, problems };
  const section = YamlSection.of(file.root, 'the sections of a prometheus.yml', topLevel);
  if (section === undefined) return { config: undefined, problems };
  const globalNode = section.field('global');
  const global = globalNode === undefined ? defaultGlobal : readGlobal(globalNode, { directory, environment });
  for (const name of unusedSections) {
    const node = section.field(name);
    if (node !== undefined) checkUnusedSection(name, node, section.node.keyed(name));
  }
  const alerting = section.field('alerting');
  const config: PrometheusConfig = {
    global,
    jobs: readJobs(file, section, global, directory, new Set()),
    ruleFiles: readPatterns(section, 'rule_files', directory),
    scrapeConfigFiles: readPatterns(section, 'scrape_config_files', directory),
    alerting: alerting === undefined ? noAlerting : readAlerting(alerting, global.names, directory, newErrors(file)),
  };
  return { config, problems };
}

/** Reads a file of scrape_config_files: jobs under the globals of `config`; `names` are those of jobs that exist, and grow. */
export function parseScrapeConfigFile(
  text: string,
  { global }: PrometheusConfig,
  directory: string,
  names: Set<string>,
): ScrapeConfigFileResult {
  const file = new YamlFile(text);
  const section = file.root === undefined ? undefined : YamlSection.of(file.root, 'scrape_configs', ['scrape_configs']);
  const jobs = section === undefined ? [] : readJobs(file, section, global, directory, names);
  return { jobs, problems: file.problems };
}
