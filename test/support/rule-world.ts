// The world of scheduled rules over series in memory, for tests in fake time: what they sent and said can be looked at.
import { compileRuleFile } from '../../src/alerting/rule/compile-rule-file.ts';
import type { LoadedRuleFile } from '../../src/alerting/schedule/rule-manager.ts';
import type { RulePlace, RuleWorld } from '../../src/alerting/schedule/rule-world.ts';
import type { RuleRun } from '../../src/alerting/rule/rule-group-run.ts';
import type { SentAlert } from '../../src/alerting/schedule/sent-alert.ts';
import { QueryRules } from '../../src/alerting/schedule/query-rules.ts';
import { parseRuleFile } from '../../src/config/rules/parse-rule-file.ts';
import { MemorySeriesSource } from '../../src/query/promql/memory-series-source.ts';
import { allOptions } from '../../src/query/promql/options.ts';
import { LocalQueryRunner, type QueryRunner } from '../../src/query/promql/query-runner.ts';

/** Compiles `text` as the file PATH, all of PromQL allowed; groups without an interval have 60 s. */
export function loadRules(text: string, path = 'rules.yml'): LoadedRuleFile {
  const file = parseRuleFile(text);
  const compiled = file.ok ? compileRuleFile(file.value, allOptions) : file;
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return { path, groups: compiled.value.map((group) => ({ ...group, intervalMs: group.intervalMs ?? 60_000 })) };
}

export class TestWorld implements RuleWorld {
  readonly source: MemorySeriesSource;
  readonly sent: { readonly atMs: number; readonly alerts: readonly SentAlert[] }[] = [];
  readonly said: string[] = [];
  readonly observed: { readonly place: RulePlace; readonly run: RuleRun; readonly nowMs: number }[] = [];
  readonly query: RuleWorld['query'];
  readonly findLastSamples: RuleWorld['findLastSamples'];
  incomplete: string | undefined;
  labels = new Map<string, string>();

  constructor(source = new MemorySeriesSource(), runner: QueryRunner = new LocalQueryRunner(source)) {
    this.source = source;
    const rules = new QueryRules(runner, allOptions, new AbortController().signal);
    this.query = rules.query;
    this.findLastSamples = rules.findLastSamples;
  }

  readonly observer: RuleWorld['observer'] = {
    observe: (place, run, nowMs) => void this.observed.push({ place, run, nowMs }),
    keepOnly: () => undefined,
  };

  readonly write: RuleWorld['write'] = (samples) => {
    for (const { labels, timeMs, value } of samples)
      this.source.append(labels, [{ timeMs, value: value ?? NaN, isStale: value === undefined }]);
  };

  readonly whyIncomplete: RuleWorld['whyIncomplete'] = () => this.incomplete;
  readonly send: RuleWorld['send'] = (alerts) => void this.sent.push({ atMs: Date.now(), alerts });
  readonly externalLabels: RuleWorld['externalLabels'] = () => this.labels;
  readonly externalUrl: RuleWorld['externalUrl'] = () => 'http://holter:7070';
  readonly log: RuleWorld['log'] = {
    info: (message) => void this.said.push(message),
    warn: (message) => void this.said.push(message),
    error: (message) => void this.said.push(message),
  };
}
