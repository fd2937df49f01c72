// The settings and files by which the server runs now, and how changed ones come into force.
import type { Logger } from 'pino';
import { codedError, type CodedError } from '../base/coded-error.ts';
import type { GivenSetting, Settings } from '../config/settings.ts';
import type { DashboardLibrary } from './dashboards/dashboard-library.ts';
import { readDashboardFile, type ReadDashboardFile } from './dashboards/dashboard-library.ts';
import { serverErrors } from './errors.ts';
import type { Inputs } from './inputs.ts';
import { loadConfiguration, type Configuration, type ConfigurationFile } from './load-configuration.ts';
import { newErrors, readPrometheusFiles, type PrometheusFiles } from './prometheus-files.ts';
import type { QueryLog } from './query-log.ts';
import { applyReload } from './reload-settings.ts';
import type { RuleConfiguration, RuleService } from './rules/rule-service.ts';

/** What `holter server` was called with. */
export interface ServerCommand {
  readonly flags: readonly GivenSetting[];
  readonly files: readonly string[];
}

/** The parts that a change reaches. */
export interface ReloadableParts {
  readonly rules: RuleService;
  readonly inputs: Inputs;
  readonly dashboards: DashboardLibrary;
  readonly queryLog: QueryLog;
}

/** The dashboards among the files; throws FILE_UNUSABLE when one is none. */
function readDashboards(files: readonly ConfigurationFile[]): ReadDashboardFile[] {
  return files
    .filter(({ kind }) => kind === 'dashboard')
    .map((file) => {
      const read = readDashboardFile(file);
      if (!read.ok) throw codedError(serverErrors, 'FILE_UNUSABLE', file.path, read.error);
      return read.value;
    });
}

const refused = (reasons: readonly string[]): CodedError =>
  codedError(serverErrors, 'RELOAD_REFUSED', reasons.join('; '));

const rulesOf = (prometheus: PrometheusFiles, files: readonly ConfigurationFile[]): RuleConfiguration => ({
  prometheus,
  ruleFiles: files.filter(({ kind }) => kind === 'rules').map(({ path }) => path),
});

export class ConfigurationInForce {
  readonly #command: ServerCommand;
  readonly #log: Logger;
  #settings: Settings;
  #files: readonly ConfigurationFile[];
  #prometheus: PrometheusFiles;
  #dashboards: readonly ReadDashboardFile[];
  #lastLoad = { isGood: true, timeMs: Date.now() };

  private constructor(command: ServerCommand, first: Configuration, prometheus: PrometheusFiles, log: Logger) {
    this.#command = command;
    this.#log = log;
    this.#settings = first.resolved.settings;
    this.#files = first.files;
    this.#prometheus = prometheus;
    this.#dashboards = readDashboards(first.files);
  }

  /** Reads what the files name; what is wrong in a part is said and left out. Rejects with FILE_UNUSABLE. */
  static async open(command: ServerCommand, first: Configuration, log: Logger): Promise<ConfigurationInForce> {
    return new ConfigurationInForce(command, first, await readPrometheusFiles(first.files, log), log);
  }

  get settings(): Settings {
    return this.#settings;
  }

  get files(): readonly ConfigurationFile[] {
    return this.#files;
  }

  get prometheus(): PrometheusFiles {
    return this.#prometheus;
  }

  get dashboards(): readonly ReadDashboardFile[] {
    return this.#dashboards;
  }

  get rules(): RuleConfiguration {
    return rulesOf(this.#prometheus, this.#files);
  }

  /** How the last reading of the files went, and when that was. */
  get lastLoad(): { readonly isGood: boolean; readonly timeMs: number } {
    return this.#lastLoad;
  }

  /** Reads all files again; resolves to what was done. Throws RELOAD_REFUSED, and changes nothing, when one is wrong. */
  async reload(parts: ReloadableParts): Promise<readonly string[]> {
    let isGood = false;
    try {
      const done = await this.#change(parts);
      isGood = true;
      return done;
    } finally {
      this.#lastLoad = { isGood, timeMs: Date.now() };
    }
  }

  async #change({ rules, inputs, dashboards, queryLog }: ReloadableParts): Promise<readonly string[]> {
    const loaded = await loadConfiguration(this.#command.flags, this.#command.files);
    if (!loaded.ok) throw refused(loaded.error.map(({ message }) => message));
    const { files } = loaded.value;
    const prometheus = await readPrometheusFiles(files, this.#log);
    // A slip must not end the series of a job that was fine.
    const wrong = newErrors(this.#prometheus, prometheus);
    if (wrong.length > 0) throw refused(wrong);
    const nextRules = rulesOf(prometheus, files);
    const loadedRules = await rules.reload(nextRules);
    const nextDashboards = readDashboards(files);
    const { done, settings } = applyReload(this.#settings, loaded.value);
    this.#settings = settings;
    this.#files = files;
    this.#prometheus = prometheus;
    this.#dashboards = nextDashboards;
    dashboards.setFiles(nextDashboards);
    queryLog.use(prometheus.global.queryLogFile);
    await inputs.applyJobs(prometheus.jobs, this.#log);
    await rules.apply(nextRules, loadedRules);
    this.#log.level = settings.logLevel;
    for (const line of done) this.#log.info(line);
    return done;
  }
}
