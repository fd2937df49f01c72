// All prometheus.yml that were given, and the files that they name, as one.
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codedError } from '../base/coded-error.ts';
import type { Log } from '../base/log.ts';
import type { AlertingSettings } from '../config/prometheus/alerting-section.ts';
import { defaultGlobal, type GlobalSettings } from '../config/prometheus/global-section.ts';
import {
  parsePrometheusConfig,
  parseScrapeConfigFile,
  type PrometheusConfig,
} from '../config/prometheus/prometheus-config.ts';
import type { ScrapeJob } from '../config/prometheus/scrape-job.ts';
import type { ConfigProblem } from '../config/yaml-reader.ts';
import { serverErrors } from './errors.ts';
import type { ConfigurationFile } from './load-configuration.ts';

export interface PrometheusFiles {
  /** Of the first file; the defaults when there is none. */
  readonly global: GlobalSettings;
  readonly jobs: readonly ScrapeJob[];
  /** Rule files that exist, absolute, each once. */
  readonly ruleFiles: readonly string[];
  /** Of all files. */
  readonly alerting: AlertingSettings;
  /** The files that jobs stand in, as they are written. */
  readonly texts: readonly string[];
  /** What is left out because it is wrong. */
  readonly errors: readonly FileError[];
}

interface FileError {
  /** With its place. */
  readonly text: string;
  /** What stays the same when lines are put in before it. */
  readonly key: string;
}

/** What is wrong in `next` and was not in `before`. */
export function newErrors(before: PrometheusFiles, next: PrometheusFiles): string[] {
  const known = new Set(before.errors.map(({ key }) => key));
  return next.errors.filter(({ key }) => !known.has(key)).map(({ text }) => text);
}

/** Says what is wrong as it is found, and remembers it. */
class Complaints {
  readonly #log: Log;
  readonly errors: FileError[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  error(text: string, key = text): void {
    this.#log.error(text);
    this.errors.push({ text, key });
  }

  warn(text: string): void {
    this.#log.warn(text);
  }

  of(file: string, problems: readonly ConfigProblem[]): void {
    for (const { severity, line, column, path, message } of problems) {
      const text = `${path === '' ? '' : `${path}: `}${message}`;
      if (severity === 'error') this.error(`${file}:${line}:${column}: ${text}`, `${file}: ${message}`);
      else this.warn(`${file}:${line}:${column}: ${text}`);
    }
  }
}

/** The jobs of the files that `config` names; what is read is added to `texts`. */
async function readMoreJobs(config: PrometheusConfig, texts: string[], complaints: Complaints): Promise<ScrapeJob[]> {
  const names = new Set(config.jobs.map(({ name }) => name));
  const jobs: ScrapeJob[] = [];
  for (const path of new Set(config.scrapeConfigFiles.flatMap((pattern) => globSync(pattern).toSorted()))) {
    try {
      const text = await readFile(path, 'utf8');
      const more = parseScrapeConfigFile(text, config, dirname(path), names);
      complaints.of(path, more.problems);
      jobs.push(...more.jobs);
      texts.push(text);
    } catch (error) {
      complaints.error(`${path} cannot be read: ${(error as Error).message}`);
    }
  }
  return jobs;
}

/** Reads all prometheus.yml among `files`; what is wrong in one is said and left out. Rejects with FILE_UNUSABLE. */
export async function readPrometheusFiles(files: readonly ConfigurationFile[], log: Log): Promise<PrometheusFiles> {
  const complaints = new Complaints(log);
  const configs: PrometheusConfig[] = [];
  const texts: string[] = [];
  for (const { path, kind, text } of files) {
    if (kind !== 'prometheus') continue;
    const { config, problems } = parsePrometheusConfig(text, { directory: dirname(path), environment: process.env });
    if (config === undefined) {
      const reasons = problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
      throw codedError(serverErrors, 'FILE_UNUSABLE', path, reasons.join('; '));
    }
    complaints.of(path, problems);
    texts.push(text);
    configs.push({ ...config, jobs: [...config.jobs, ...(await readMoreJobs(config, texts, complaints))] });
  }
  const jobs = new Map<string, ScrapeJob>();
  for (const job of configs.flatMap((config) => config.jobs)) {
    if (jobs.has(job.name)) complaints.error(`two files have a job called "${job.name}"; the later one is left out`);
    else jobs.set(job.name, job);
  }
  const patterns = configs.flatMap(({ ruleFiles }) => ruleFiles);
  const ruleFiles = new Set<string>();
  for (const pattern of patterns) {
    const found = globSync(pattern).toSorted();
    if (found.length === 0) complaints.warn(`rule_files: nothing is there that fits ${pattern}`);
    for (const path of found) ruleFiles.add(path);
  }
  return {
    global: configs[0]?.global ?? defaultGlobal,
    jobs: [...jobs.values()],
    ruleFiles: [...ruleFiles],
    alerting: {
      alertmanagers: configs.flatMap(({ alerting }) => alerting.alertmanagers),
      alertRelabel: configs.flatMap(({ alerting }) => alerting.alertRelabel),
    },
    texts,
    errors: complaints.errors,
  };
}
