// A rule group over time: its rules in their order, the state of their alerts, and stale markers for series that are not given again.
import type { Result } from '../../base/result.ts';
import type { AlertingRule, RecordingRule } from '../../config/rules/rule-file.ts';
import type { Labels } from '../../model/labels.ts';
import type { ActiveAlert } from './active-alert.ts';
import type { CompiledGroup, CompiledRule } from './compile-rule-file.ts';
import { evaluateAlertingRule, evaluateRecordingRule, type RuleContext, type RuleSample } from './evaluate-rule.ts';

/** A sample to store; without a value it is the stale marker. */
export interface WrittenSample {
  readonly labels: Labels;
  readonly timeMs: number;
  readonly value: number | undefined;
}

/** Stores what a rule gives before the next rule is evaluated. */
export type SampleWriter = (samples: readonly WrittenSample[]) => Promise<void> | void;

/** How one rule fared. */
export interface RuleRun {
  readonly compiled: CompiledRule;
  alerts: ReadonlyMap<string, ActiveAlert>;
  /** Of the last evaluation. */
  error: string | undefined;
  written: ReadonlyMap<string, Labels>;
}

const isRecording = (compiled: CompiledRule): compiled is CompiledRule<RecordingRule> =>
  compiled.rule.kind === 'recording';

/** Evaluates a group at rising times. */
export class RuleGroupRun {
  readonly group: CompiledGroup;
  readonly rules: readonly RuleRun[];

  constructor(group: CompiledGroup) {
    this.group = group;
    this.rules = group.rules.map((compiled) => ({
      compiled,
      alerts: new Map(),
      error: undefined,
      written: new Map(),
    }));
  }

  /** One evaluation at `nowMs`; an error of one rule does not keep the others from running. */
  async evaluate(nowMs: number, context: RuleContext, write: SampleWriter): Promise<void> {
    for (const run of this.rules) {
      const result = await this.#evaluateRule(run, nowMs, context);
      run.error = result.ok ? undefined : result.error;
      if (!result.ok) continue;
      const timeMs = nowMs - this.group.queryOffsetMs;
      const written = new Map(result.value.map(({ labels }) => [labels.key, labels]));
      const samples: WrittenSample[] = result.value.map(({ labels, value }) => ({ labels, timeMs, value }));
      for (const [key, labels] of run.written)
        if (!written.has(key)) samples.push({ labels, timeMs, value: undefined });
      run.written = written;
      await write(samples);
    }
  }

  async #evaluateRule(
    run: RuleRun,
    nowMs: number,
    context: RuleContext,
  ): Promise<Result<readonly RuleSample[], string>> {
    const timing = { nowMs, queryOffsetMs: this.group.queryOffsetMs, limit: this.group.limit };
    if (isRecording(run.compiled)) return evaluateRecordingRule(run.compiled, context, timing);
    const alerting = run.compiled as CompiledRule<AlertingRule>;
    const result = await evaluateAlertingRule(alerting, run.alerts, context, timing);
    if (!result.ok) {
      // Beyond its limit a rule loses its alerts, as in Prometheus.
      if (result.error.startsWith('exceeded limit')) run.alerts = new Map();
      return result;
    }
    run.alerts = result.value.alerts;
    return { ok: true, value: result.value.samples };
  }
}
