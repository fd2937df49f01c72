// One rule group on its grid: evaluates it slot after slot, tells of its alerts, restores them after a restart, and follows a clock that
// is set.
import { shiftAlert } from '../rule/active-alert.ts';
import type { CompiledGroup } from '../rule/compile-rule-file.ts';
import { RuleGroupRun, type EvaluationHooks, type RuleRun } from '../rule/rule-group-run.ts';
import { groupOffset, lastSlot, nextSlot } from './evaluation-grid.ts';
import { groupKey, isSameGroup, ruleName, takeOver } from './group-identity.ts';
import { restoreAlerts } from './restore-alerts.ts';
import type { RulePlace, RuleWorld } from './rule-world.ts';
import { takeDueAlerts } from './sent-alert.ts';

/** A timer is set anew after so long, so that a clock that is set meanwhile is noticed. */
const MAX_SLEEP_MS = 30_000;
/** Clocks are corrected by less without anybody noticing. */
const JUMP_MS = 2000;
/** Series of a group that is gone end after so many intervals: another group may have taken them over. */
const ENDING_INTERVALS = 2;

/** What is to say of a group beside its rules. */
export interface GroupStatistics {
  readonly iterations: number;
  readonly missed: number;
  /** Evaluations of rules. */
  readonly evaluations: number;
  /** Those that could not be made because their inputs were incomplete. */
  readonly unknown: number;
  readonly failures: number;
  readonly lastEvaluationMs: number | undefined;
  readonly durationMs: number;
  readonly restoreMs: number | undefined;
}

export class ScheduledGroup {
  readonly file: string;
  readonly intervalMs: number;
  readonly run: RuleGroupRun;
  readonly #world: RuleWorld;
  readonly #offsetMs: number;
  readonly #stopping = new AbortController();
  readonly #counts = { iterations: 0, missed: 0, unknown: 0, evaluations: 0, failures: 0 };
  #shouldRestore: boolean;
  #slotMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #clockSkew = Date.now() - performance.now();
  #lastEvaluationMs: number | undefined;
  #durationMs = 0;
  #restoreMs: number | undefined;
  #goodIterations = 0;
  #lastReason: string | undefined;

  /** `group.intervalMs` must be set. */
  constructor(file: string, group: CompiledGroup, world: RuleWorld, shouldRestore: boolean) {
    this.file = file;
    this.intervalMs = group.intervalMs ?? 0;
    this.#world = world;
    this.#shouldRestore = shouldRestore;
    this.run = new RuleGroupRun(group, !shouldRestore);
    this.#offsetMs = groupOffset(file, group.name, this.intervalMs);
  }

  get key(): string {
    return groupKey(this.file, this.run.group.name);
  }

  get statistics(): GroupStatistics {
    return {
      ...this.#counts,
      lastEvaluationMs: this.#lastEvaluationMs,
      durationMs: this.#durationMs,
      restoreMs: this.#restoreMs,
    };
  }

  placeOf(run: RuleRun): RulePlace {
    const { rules, group } = this.run;
    const rule = ruleName(run.compiled);
    const before = rules.slice(0, rules.indexOf(run)).filter(({ compiled }) => ruleName(compiled) === rule);
    return { file: this.file, group: group.name, rule, occurrence: before.length };
  }

  isSameAs(file: string, group: CompiledGroup): boolean {
    return this.file === file && isSameGroup(this.run.group, group);
  }

  /** Goes on where `before` stood. */
  takeOver(before: ScheduledGroup): void {
    takeOver(this.run, before.run);
    this.#shouldRestore ||= before.#shouldRestore;
    this.#lastEvaluationMs = before.#lastEvaluationMs;
    this.#durationMs = before.#durationMs;
  }

  /** Evaluates at every slot from now on, the first time at the next one. */
  start(): void {
    this.#slotMs = lastSlot(Date.now(), this.intervalMs, this.#offsetMs) + this.intervalMs;
    this.#sleep();
  }

  /** Resolves when a running evaluation has come to its end. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** The group is gone: its series end, when nobody has taken them over by then. */
  end(): void {
    const samples = this.run.endingSamples(Date.now());
    if (samples.length === 0) return;
    const write = async (): Promise<void> => {
      try {
        await this.#world.write(samples);
      } catch (error) {
        this.#world.log.warn(
          `the series of the rule group ${this.key} could not be ended: ${(error as Error).message}`,
        );
      }
    };
    setTimeout(() => void write(), ENDING_INTERVALS * this.intervalMs).unref();
  }

  #sleep(): void {
    const sleepMs = Math.min(Math.max(0, this.#slotMs - Date.now()), MAX_SLEEP_MS);
    this.#timer = setTimeout(() => this.#wake(), sleepMs);
    this.#timer.unref();
  }

  #wake(): void {
    this.#followClock();
    if (Date.now() < this.#slotMs) {
      this.#sleep();
      return;
    }
    this.#running = this.#iterate(this.#slotMs)
      .catch((error: unknown) =>
        this.#world.log.error(`evaluating the rule group ${this.key}: ${String((error as Error).stack)}`),
      )
      .finally(() => {
        if (this.#stopping.signal.aborted) return;
        const next = nextSlot(this.#slotMs, this.intervalMs, Date.now());
        this.#slotMs = next.slotMs;
        this.#miss(next.missed, 'an evaluation took longer than the interval');
        this.#sleep();
      });
  }

  #miss(missed: number, reason: string): void {
    if (missed <= 0) return;
    this.#counts.missed += missed;
    this.#counts.iterations += missed;
    this.#world.log.warn(`the rule group ${this.key} missed ${missed} evaluations: ${reason}`);
  }

  /** A clock that was set takes the alerts along: how long they have been active does not change. */
  #followClock(): void {
    const skew = Date.now() - performance.now();
    const jumpMs = skew - this.#clockSkew;
    this.#clockSkew = skew;
    if (Math.abs(jumpMs) < JUMP_MS) return;
    this.#world.log.warn(
      `the clock jumped by ${Math.round(jumpMs)} ms: the rule group ${this.key} goes on at the new time`,
    );
    for (const run of this.run.rules)
      run.alerts = new Map([...run.alerts].map(([key, alert]) => [key, shiftAlert(alert, jumpMs)]));
    const now = Date.now();
    if (jumpMs > 0) this.#miss(Math.floor((now - this.#slotMs) / this.intervalMs), 'the clock went on without us');
    this.#slotMs = lastSlot(now, this.intervalMs, this.#offsetMs) + (jumpMs > 0 ? 0 : this.intervalMs);
  }

  async #iterate(slotMs: number): Promise<void> {
    const { log, whyIncomplete } = this.#world;
    const [began, wall] = [performance.now(), Date.now()];
    this.#counts.iterations++;
    const hooks: EvaluationHooks = {
      write: this.#world.write,
      evaluated: (run) => this.#evaluated(run, slotMs),
      signal: this.#stopping.signal,
    };
    const reason = whyIncomplete();
    if (reason === undefined) {
      this.#goodIterations++;
      const { query, externalLabels, externalUrl } = this.#world;
      const context = { query, externalLabels: externalLabels(), externalUrl: externalUrl() };
      await this.run.evaluate(slotMs, context, hooks);
    } else {
      this.run.skip(reason, hooks);
      if (reason !== this.#lastReason)
        log.warn(`the rule group ${this.key} is not evaluated: ${reason}; its alerts stay as they are`);
    }
    this.#lastReason = reason;
    this.#durationMs = performance.now() - began;
    this.#lastEvaluationMs = wall;
    if (this.#shouldRestore && reason === undefined) await this.#restore();
  }

  #evaluated(run: RuleRun, slotMs: number): void {
    this.#counts.evaluations++;
    if (run.health === 'unknown') this.#counts.unknown++;
    if (run.health === 'err') {
      this.#counts.failures++;
      this.#world.log.warn(`the rule ${ruleName(run.compiled)} of ${this.key} failed: ${run.error}`);
      return;
    }
    if (run.compiled.rule.kind !== 'alerting') return;
    // While the inputs are incomplete a firing alert is sent on: silence would mean that it has ended.
    const due = takeDueAlerts(run, slotMs, this.intervalMs, this.#world.externalUrl());
    if (due.length > 0) this.#world.send(due);
    if (!run.isRestored) return;
    this.#world.observer.observe(this.placeOf(run), run, slotMs);
  }

  /** From the second evaluation on: by then the recording rules that alerts read have given their first values. */
  async #restore(): Promise<void> {
    if (this.#goodIterations < 2 || this.#stopping.signal.aborted) return;
    const began = performance.now();
    for (const run of this.run.rules) {
      if (run.health === 'unknown') return;
      if (run.isRestored) continue;
      try {
        await restoreAlerts(run, Date.now(), this.#world.findLastSamples);
      } catch (error) {
        this.#world.log.warn(
          `the alerts of ${ruleName(run.compiled)} in ${this.key} begin anew: ${(error as Error).message}`,
        );
      }
      run.isRestored = true;
    }
    this.#shouldRestore = false;
    this.#restoreMs = performance.now() - began;
  }
}
