// The part of a prometheus.yml that says what is scraped, as far as targets are named in the file itself. Every other field of
// Prometheus is known by name: what is not there yet is said, job by job, and the other jobs work.
import { parseDuration } from '../../base/duration.ts';
import { YamlFile, type ConfigProblem, type YamlNode } from '../yaml-reader.ts';

/** What a job's targets have in common. */
export interface ScrapeJob {
  readonly name: string;
  /** ms */
  readonly interval: number;
  /** ms, at most the interval. */
  readonly timeout: number;
  readonly metricsPath: string;
  readonly scheme: 'http' | 'https';
  readonly params: readonly (readonly [name: string, values: readonly string[]])[];
  readonly honorLabels: boolean;
  readonly honorTimestamps: boolean;
  /** Samples of one scrape; 0 is no bound. */
  readonly sampleLimit: number;
  /** Bytes of one body; 0 is our own bound. */
  readonly bodySizeLimit: number;
  readonly groups: readonly TargetGroup[];
}

export interface TargetGroup {
  /** host:port */
  readonly targets: readonly string[];
  readonly labels: readonly (readonly [name: string, value: string])[];
}

export interface PrometheusConfig {
  readonly externalLabels: readonly (readonly [name: string, value: string])[];
  readonly jobs: readonly ScrapeJob[];
}

export interface PrometheusConfigResult {
  /** Undefined when the file could not be read at all. */
  readonly config: PrometheusConfig | undefined;
  readonly problems: readonly ConfigProblem[];
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const topLevel = words(
  'global scrape_configs rule_files alerting remote_write remote_read storage tracing otlp runtime scrape_config_files',
);
/** Fields that belong to other parts of the program, or change nothing here. */
const quietTopLevel = words('rule_files alerting storage runtime tracing');
const globalFields = words(
  'scrape_interval scrape_timeout evaluation_interval external_labels rule_query_offset query_log_file scrape_failure_log_file body_size_limit sample_limit label_limit label_name_length_limit label_value_length_limit target_limit keep_dropped_targets metric_name_validation_scheme metric_name_escaping_scheme scrape_protocols always_scrape_classic_histograms convert_classic_histograms_to_nhcb scrape_native_histograms extra_scrape_metrics',
);
const jobFields = words(
  'job_name scrape_interval scrape_timeout metrics_path scheme params honor_labels honor_timestamps static_configs sample_limit body_size_limit',
);
/** Fields without an effect on what we do: accepted. */
const quietJobFields = words(
  'scrape_protocols fallback_scrape_protocol enable_compression follow_redirects enable_http2 keep_dropped_targets scrape_failure_log_file metric_name_validation_scheme metric_name_escaping_scheme always_scrape_classic_histograms convert_classic_histograms_to_nhcb scrape_native_histograms native_histogram_bucket_limit native_histogram_min_bucket_factor extra_scrape_metrics track_timestamps_staleness label_limit label_name_length_limit label_value_length_limit target_limit',
);
/** Without these the job would do something else than it says: it is left out. */
const neededJobFields = words(
  'relabel_configs metric_relabel_configs basic_auth authorization oauth2 sigv4 tls_config proxy_url proxy_from_environment proxy_connect_header no_proxy http_headers',
);

class Reader {
  readonly #file: YamlFile;
  #interval = 60_000;
  #timeout = 10_000;
  #sampleLimit = 0;
  #bodySizeLimit = 0;
  #external: readonly (readonly [string, string])[] = [];

  constructor(text: string) {
    this.#file = new YamlFile(text);
  }

  read(): PrometheusConfigResult {
    const { root, problems } = this.#file;
    if (root === undefined) return { config: undefined, problems };
    const entries = root.isEmpty ? new Map<string, YamlNode>() : root.entries('the sections of a prometheus.yml');
    if (entries === undefined) return { config: undefined, problems };
    for (const name of entries.keys()) {
      if (!topLevel.has(name)) root.keyed(name).problem(unknown(name, [...topLevel]));
      else if (!quietTopLevel.has(name) && name !== 'global' && name !== 'scrape_configs') {
        root.keyed(name).problem(`${name} is not supported yet and is left aside`, 'warning');
      }
    }
    const global = entries.get('global');
    if (global !== undefined && !global.isEmpty) this.#readGlobal(global);
    const jobs: ScrapeJob[] = [];
    const names = new Set<string>();
    const section = entries.get('scrape_configs');
    for (const node of section === undefined || section.isEmpty ? [] : (section.items('a list of jobs') ?? [])) {
      const job = this.#readJob(node, names);
      if (job !== undefined) jobs.push(job);
    }
    return { config: { externalLabels: this.#external, jobs }, problems };
  }

  #readGlobal(node: YamlNode): void {
    const fields = node.entries() ?? new Map<string, YamlNode>();
    for (const name of fields.keys()) {
      if (!globalFields.has(name)) node.keyed(name).problem(unknown(name, [...globalFields]));
    }
    this.#interval = this.#duration(fields.get('scrape_interval')) ?? this.#interval;
    this.#timeout = this.#duration(fields.get('scrape_timeout')) ?? Math.min(this.#timeout, this.#interval);
    this.#sampleLimit = fields.get('sample_limit')?.count() ?? 0;
    this.#bodySizeLimit = this.#size(fields.get('body_size_limit')) ?? 0;
    this.#external = this.#labels(fields.get('external_labels'));
  }

  #duration(node: YamlNode | undefined): number | undefined {
    const text = node?.text('a duration such as 15s');
    if (node === undefined || text === undefined) return undefined;
    const duration = parseDuration(text);
    if (typeof duration === 'string' || duration === 0)
      return node.problem(`expected a duration such as 15s or 1m30s, got "${text}"`);
    return duration;
  }

  #size(node: YamlNode | undefined): number | undefined {
    const text = node?.text('a size such as 10MB');
    if (node === undefined || text === undefined) return undefined;
    const parts = /^(\d+)(B|KB|KiB|MB|MiB|GB|GiB)?$/i.exec(text);
    if (parts === null) return node.problem(`expected a size such as 10MB, got "${text}"`);
    const power = ['b', 'k', 'm', 'g'].indexOf((parts[2] ?? 'B')[0]!.toLowerCase());
    return Number(parts[1]) * 1024 ** power;
  }

  #labels(node: YamlNode | undefined): readonly (readonly [string, string])[] {
    if (node === undefined || node.isEmpty) return [];
    const labels: (readonly [string, string])[] = [];
    for (const [name, value] of node.entries('label names with values') ?? []) {
      const text = value.text('the value of a label');
      if (name === '') value.problem('a label has no name');
      else if (text !== undefined) labels.push([name, text]);
    }
    return labels;
  }

  /** A job, or undefined when it cannot be scraped as it is meant. */
  #readJob(node: YamlNode, names: Set<string>): ScrapeJob | undefined {
    const fields = node.entries('a job');
    if (fields === undefined) return undefined;
    const before = this.#errors();
    const name = fields.get('job_name')?.text('the name of the job');
    if (name === undefined || name === '') return node.problem('a job without job_name');
    if (names.has(name)) return fields.get('job_name')!.problem(`two jobs are called "${name}"`);
    names.add(name);
    for (const field of fields.keys()) this.#checkField(node, field);
    const interval = this.#duration(fields.get('scrape_interval')) ?? this.#interval;
    const asked = this.#duration(fields.get('scrape_timeout'));
    const timeout = asked ?? Math.min(this.#timeout, interval);
    if (timeout > interval) {
      (fields.get('scrape_timeout') ?? node).problem(
        `the scrape_timeout of job "${name}" is longer than its scrape_interval`,
      );
    }
    const scheme = fields.get('scheme')?.text() ?? 'http';
    if (scheme !== 'http' && scheme !== 'https')
      fields.get('scheme')!.problem(`expected http or https, got "${scheme}"`);
    const job: ScrapeJob = {
      name,
      interval,
      timeout,
      metricsPath: fields.get('metrics_path')?.text() ?? '/metrics',
      scheme: scheme === 'https' ? 'https' : 'http',
      params: this.#params(fields.get('params')),
      honorLabels: fields.get('honor_labels')?.boolean() ?? false,
      honorTimestamps: fields.get('honor_timestamps')?.boolean() ?? true,
      sampleLimit: fields.get('sample_limit')?.count() ?? this.#sampleLimit,
      bodySizeLimit: this.#size(fields.get('body_size_limit')) ?? this.#bodySizeLimit,
      groups: this.#groups(fields.get('static_configs')),
    };
    return this.#errors() > before ? undefined : job;
  }

  #errors(): number {
    return this.#file.problems.filter(({ severity }) => severity === 'error').length;
  }

  #checkField(job: YamlNode, field: string): void {
    if (jobFields.has(field) || quietJobFields.has(field)) return;
    const discovery = /^(.+)_sd_configs$/.exec(field);
    if (discovery !== null) {
      job
        .keyed(field)
        .problem(`targets of ${discovery[1]} discovery (${field}) are not supported yet; name them in static_configs`);
    } else if (neededJobFields.has(field)) {
      job.keyed(field).problem(`${field} is not supported yet, so this job is not scraped`);
    } else job.keyed(field).problem(unknown(field, [...jobFields, ...neededJobFields]));
  }

  #params(node: YamlNode | undefined): ScrapeJob['params'] {
    if (node === undefined || node.isEmpty) return [];
    return [...(node.entries('parameters with lists of values') ?? [])].map(([name, list]) => [
      name,
      (list.items('a list of values') ?? []).flatMap((item) => item.text() ?? []),
    ]);
  }

  #groups(node: YamlNode | undefined): TargetGroup[] {
    if (node === undefined || node.isEmpty) return [];
    const groups: TargetGroup[] = [];
    for (const group of node.items('a list of target groups') ?? []) {
      const fields = group.entries('targets and labels');
      if (fields === undefined) continue;
      for (const name of fields.keys()) {
        if (name !== 'targets' && name !== 'labels') group.keyed(name).problem(unknown(name, ['targets', 'labels']));
      }
      const targets = (fields.get('targets')?.items('a list of host:port') ?? []).flatMap((target) => {
        const text = target.text('host:port');
        if (text === undefined) return [];
        if (text === '' || text.includes('/') || /\s/.test(text)) {
          target.problem(`expected host:port, got "${text}"; scheme and path have fields of their own`);
          return [];
        }
        return [text];
      });
      groups.push({ targets, labels: this.#labels(fields.get('labels')) });
    }
    return groups;
  }
}

/** Letters that differ, added or missing. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

function unknown(name: string, fields: readonly string[]): string {
  const near = fields.toSorted((a, b) => distance(name, a) - distance(name, b))[0];
  const hint = near !== undefined && distance(name, near) <= 3 ? `; did you mean ${near}?` : '';
  return `unknown field "${name}"${hint}`;
}

/** Reads a prometheus.yml. Jobs with an error are left out; the problems say why. */
export function parsePrometheusConfig(text: string): PrometheusConfigResult {
  return new Reader(text).read();
}
