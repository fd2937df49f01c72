// A rule group over time: its rules in their order, the state of their alerts, and stale markers for series that are not given again.
import type { Result } from '../../base/result.ts';
import type { AlertingRule, RecordingRule } from '../../config/rules/rule-file.ts';
import type { Labels } from '../../model/labels.ts';
import type { ActiveAlert } from './active-alert.ts';
import { AskedAhead, findNeeded } from './asked-ahead.ts';
import type { CompiledGroup, CompiledRule } from './compile-rule-file.ts';
import {
  evaluateAlertingRule,
  evaluateRecordingRule,
  InputsIncomplete,
  type RuleContext,
  type RuleSample,
} from './evaluate-rule.ts';

/** A sample to store; without a value it is the stale marker. */
export interface WrittenSample {
  readonly labels: Labels;
  readonly timeMs: number;
  readonly value: number | undefined;
}

/** Stores what a rule gives; queries see it when the promise resolves, because the next rule may read it. */
export type SampleWriter = (samples: readonly WrittenSample[]) => Promise<void> | void;

/** `unknown`: not evaluated yet, or its inputs were incomplete; alerts then stay as they were. */
export type RuleHealth = 'unknown' | 'ok' | 'err';

/** How one rule fared. */
export interface RuleRun {
  readonly compiled: CompiledRule;
  alerts: ReadonlyMap<string, ActiveAlert>;
  health: RuleHealth;
  /** Why the last evaluation failed, or could not be made. */
  error: string | undefined;
  written: ReadonlyMap<string, Labels>;
  /** When the last evaluation began (Unix ms), and how long it took. */
  lastEvaluationMs: number | undefined;
  durationMs: number;
  /** How many samples the last evaluation gave. */
  samples: number;
  /** False until a restart's older alerts were looked for; what is written before would hide them. */
  isRestored: boolean;
}

/** What happens around the rules of one evaluation. */
export interface EvaluationHooks {
  readonly write: SampleWriter;
  /** A rule was evaluated, well or not. */
  readonly evaluated?: (run: RuleRun) => void;
  /** The rest of the rules are left out from then on. */
  readonly signal?: AbortSignal;
}

const isRecording = (compiled: CompiledRule): compiled is CompiledRule<RecordingRule> =>
  compiled.rule.kind === 'recording';

function begin(compiled: CompiledRule, isRestored: boolean): RuleRun {
  return {
    compiled,
    alerts: new Map(),
    health: 'unknown',
    error: undefined,
    written: new Map(),
    lastEvaluationMs: undefined,
    durationMs: 0,
    samples: 0,
    isRestored,
  };
}

/** Evaluates a group at rising times. */
export class RuleGroupRun {
  readonly group: CompiledGroup;
  readonly rules: readonly RuleRun[];
  /** Series of rules that are gone: they end with the next evaluation. */
  ending: Labels[] = [];
  readonly #needed: readonly number[];

  constructor(group: CompiledGroup, isRestored = true) {
    this.group = group;
    this.#needed = findNeeded(group.rules);
    this.rules = group.rules.map((compiled) => begin(compiled, isRestored));
  }

  /** One evaluation at `nowMs`; an error of one rule does not keep the others from running. */
  async evaluate(nowMs: number, context: RuleContext, hooks: EvaluationHooks): Promise<void> {
    const { rules, queryOffsetMs } = this.group;
    const ahead = new AskedAhead(rules, this.#needed, context.query);
    const own = { ...context, query: ahead.query };
    for (const [place, run] of this.rules.entries()) {
      if (hooks.signal?.aborted === true) return;
      const began = performance.now();
      run.lastEvaluationMs = Date.now();
      ahead.askBehind(place, nowMs - queryOffsetMs);
      try {
        const result = await this.#evaluateRule(run, nowMs, own);
        run.health = result.ok ? 'ok' : 'err';
        run.error = result.ok ? undefined : result.error;
        run.samples = result.ok ? result.value.length : 0;
        if (result.ok) await this.#write(run, result.value, nowMs, hooks.write);
      } catch (error) {
        if (!(error instanceof InputsIncomplete)) throw error;
        run.health = 'unknown';
        run.error = error.message;
      }
      run.durationMs = performance.now() - began;
      hooks.evaluated?.(run);
    }
    await this.#end(nowMs, hooks.write);
  }

  /** Nothing could be evaluated, for `reason`. */
  skip(reason: string, hooks: EvaluationHooks): void {
    for (const run of this.rules) {
      run.health = 'unknown';
      run.error = reason;
      hooks.evaluated?.(run);
    }
  }

  /** All series that the last evaluations gave, as they end now. */
  endingSamples(nowMs: number): WrittenSample[] {
    const timeMs = nowMs - this.group.queryOffsetMs;
    const series = [...this.ending, ...this.rules.flatMap(({ written }) => [...written.values()])];
    return series.map((labels) => ({ labels, timeMs, value: undefined }));
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
    return { ok: true, value: run.isRestored ? result.value.samples : [] };
  }

  async #write(run: RuleRun, given: readonly RuleSample[], nowMs: number, write: SampleWriter): Promise<void> {
    const timeMs = nowMs - this.group.queryOffsetMs;
    const written = new Map(given.map(({ labels }) => [labels.key, labels]));
    const samples: WrittenSample[] = given.map(({ labels, value }) => ({ labels, timeMs, value }));
    for (const [key, labels] of run.written) if (!written.has(key)) samples.push({ labels, timeMs, value: undefined });
    if (samples.length > 0 && !(await this.#store(samples, write, run))) return;
    run.written = written;
  }

  async #end(nowMs: number, write: SampleWriter): Promise<void> {
    if (this.ending.length === 0) return;
    const timeMs = nowMs - this.group.queryOffsetMs;
    // A series that another rule has taken over goes on.
    const given = new Set(this.rules.flatMap(({ written }) => [...written.keys()]));
    const samples = this.ending.flatMap((labels) =>
      given.has(labels.key) ? [] : [{ labels, timeMs, value: undefined }],
    );
    if (samples.length === 0 || (await this.#store(samples, write))) this.ending = [];
  }

  async #store(samples: readonly WrittenSample[], write: SampleWriter, run?: RuleRun): Promise<boolean> {
    try {
      await write(samples);
      return true;
    } catch (error) {
      if (run === undefined) return false;
      run.health = 'err';
      run.error = `the samples of the rule were not stored: ${(error as Error).message}`;
      return false;
    }
  }
}
