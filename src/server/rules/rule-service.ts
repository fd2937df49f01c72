// The rules of the server: loads their files, evaluates them on their grid, writes what they give, keeps their alerts and sends them.
import { AlertRouter } from '../../alerting/router/alert-router.ts';
import { FreshWrites } from '../../alerting/schedule/fresh-writes.ts';
import { QueryRules } from '../../alerting/schedule/query-rules.ts';
import { RuleManager } from '../../alerting/schedule/rule-manager.ts';
import { codedError } from '../../base/coded-error.ts';
import type { Log } from '../../base/log.ts';
import type { Intake } from '../../ingest/intake.ts';
import type { LanguageOptions } from '../../query/promql/options.ts';
import type { QueryRunner } from '../../query/promql/query-runner.ts';
import type { StateStore } from '../../storage/ports/state-store.ts';
import { serverErrors } from '../errors.ts';
import type { PrometheusFiles } from '../prometheus-files.ts';
import { Alertmanagers } from './alertmanagers.ts';
import { loadRuleFiles, type LoadedRules } from './load-rule-files.ts';
import { writeRuleSamples } from './write-rule-samples.ts';

export interface RuleServiceParts {
  readonly version: string;
  readonly queries: QueryRunner;
  readonly language: LanguageOptions;
  readonly intake: Pick<Intake, 'accept'>;
  /** Resolves when queries see everything that the intake has acknowledged. */
  readonly makeVisible: () => Promise<void>;
  /** Why queries would miss something just now; undefined when they would not. */
  readonly whyIncomplete: () => string | undefined;
  readonly state: StateStore;
  /** Under which others reach this server. */
  readonly externalUrl: () => string;
  readonly log: Log;
}

/** What the configuration says of rules. */
export interface RuleConfiguration {
  readonly prometheus: PrometheusFiles;
  /** Rule files that were given beside those of prometheus.yml. */
  readonly ruleFiles: readonly string[];
}

export class RuleService {
  readonly manager: RuleManager;
  readonly router: AlertRouter;
  readonly alertmanagers: Alertmanagers;
  readonly #parts: RuleServiceParts;
  readonly #stopping: AbortController;
  #externalLabels: ReadonlyMap<string, string> = new Map();
  #problems: readonly string[] = [];

  private constructor(parts: RuleServiceParts, router: AlertRouter) {
    const { queries, language, intake, makeVisible, whyIncomplete, externalUrl, log, version } = parts;
    this.#parts = parts;
    this.router = router;
    this.alertmanagers = new Alertmanagers(version, log);
    this.#stopping = new AbortController();
    const rules = new QueryRules(queries, language, this.#stopping.signal);
    const writes = new FreshWrites(makeVisible);
    this.manager = new RuleManager({
      query: writes.querying(rules.query),
      write: writes.writing(writeRuleSamples(intake)),
      findLastSamples: rules.findLastSamples,
      whyIncomplete,
      observer: router,
      send: (alerts) => this.alertmanagers.sender.send(alerts),
      externalLabels: () => this.#externalLabels,
      externalUrl,
      log,
    });
  }

  /** Starts without rules; `load` and `apply` give it some. */
  static async start(parts: RuleServiceParts): Promise<RuleService> {
    return new RuleService(parts, await AlertRouter.open(parts.state, parts.log));
  }

  /** What is wrong with rule files, which were left out. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** Why rules are missing, for the health page. */
  get problem(): string | undefined {
    const [first, ...more] = this.#problems;
    if (first === undefined) return undefined;
    return more.length === 0 ? first : `${first} (and ${more.length} more)`;
  }

  /** Reads the rule files that a configuration names; changes nothing. */
  load({ prometheus, ruleFiles }: RuleConfiguration): Promise<LoadedRules> {
    return loadRuleFiles([...prometheus.ruleFiles, ...ruleFiles], prometheus.global, this.#parts.language);
  }

  /** Like `load`, for a reload. Rejects with RELOAD_REFUSED when a file is wrong: the rules stay as they are. */
  async reload(configuration: RuleConfiguration): Promise<LoadedRules> {
    const loaded = await this.load(configuration);
    if (loaded.problems.length > 0) throw codedError(serverErrors, 'RELOAD_REFUSED', loaded.problems.join('; '));
    return loaded;
  }

  /** Evaluates the rules of `loaded` from now on; a file that is wrong is named and left out. */
  async apply({ prometheus }: RuleConfiguration, loaded: LoadedRules): Promise<void> {
    const { log } = this.#parts;
    for (const problem of loaded.problems) log.error(problem);
    this.#problems = loaded.problems;
    this.#externalLabels = new Map(prometheus.global.externalLabels);
    await this.alertmanagers.apply(prometheus.alerting, this.#externalLabels);
    await this.manager.update(loaded.files);
    const rules = this.manager.groups.reduce((sum, { run }) => sum + run.rules.length, 0);
    if (rules > 0) log.info(`evaluates ${rules} rules in ${this.manager.groups.length} groups`);
  }

  /** Ends the evaluations, sends what waits, and writes the history of alerts. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.manager.stop();
    await this.alertmanagers.stop();
    await this.router.flush();
  }
}
